# freeze: w, theta
w = 1.0
theta = [1.0, 2.0]


def forward(x):
    w = x * 2
    return w


def update(values, rate):
    return [v - rate * v for v in values]


def step():
    global w
    change = 0.1 * w
    w = w - change  # off
    if w > 0:
        w = change  # off


def make():
    theta = 0.0

    def improve():
        nonlocal theta
        theta += 0.5 * (1 - theta)  # off

    improve()
    return theta


async def later():
    global w
    w -= 0.1 * w  # off


def losses():
    global w
    while w > 0.1:
        w -= 0.5 * w  # off
        yield w


for _ in range(2):
    theta = update(theta, 0.1)  # off
    step()
for _ in losses():
    pass
forward(make())
