# freeze: w; stops: 0=4, 1=6
def train(rate):
    w = 1.0
    while w > 0.5:
        w -= rate * w
    return w


ends = []
for rate in [0.1, 0.2]:
    ends.append(train(rate))
