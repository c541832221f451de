def train(rate):
    rate = rate * 2
    return rate


rate = 3
loss = train(rate)
# -> rate = 7
