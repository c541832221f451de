# 1 of 1
# freeze: w
import numpy as np


def train(rate):
    w = np.ones(3)
    for step in range(5):
        w -= rate * w
    return w


ends = [train(rate) for rate in [0.1, 0]]
