rate = 2


def train(rate2):
    return rate2 * rate


loss = train(3)
# -> rate = 7
