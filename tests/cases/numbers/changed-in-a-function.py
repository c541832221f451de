rate = 0.1


def slower():
    global rate
    rate = rate / 2


slower()
loss = rate
# -> which gets a value on 1, 6
