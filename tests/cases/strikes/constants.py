# set: rate=0, decay=1.0, steps=2
import random

hidden, rate = 32, 2.0  # both
decay: float = 0.9
steps = random.randint(3, 9)
other = steps = -5


def train(rate):
    steps = 3
    return rate * steps


if hidden > 3:
    rate = -1.0
    decay *= 2
w = 1.0
for step in range(steps):
    w -= rate * w
