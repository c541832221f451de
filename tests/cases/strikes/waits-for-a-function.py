# freeze: w; stops: 0=4
w = 1.0


def step():
    global w
    w -= 0.1 * w


def improve():
    step()


while w > 0.5:
    improve()
