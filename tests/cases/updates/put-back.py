# freeze: w, value
import numpy as np

w = np.ones(3)


class Weight:
    def __init__(self):
        self.value = 0.5


def loss(w):
    return float((w**2).sum())


def felt(w, nudge):
    slopes = np.zeros(3)
    for i in range(3):
        old = w[i]
        w[i] = old + nudge
        right = loss(w)
        w[i] -= 2 * nudge
        left = loss(w)
        w[i] = old
        slopes[i] = (right - left) / (2 * nudge)
    return slopes


weight = Weight()
for step in range(5):
    w -= 0.1 * felt(w, 1e-4)  # off
    before = weight.value
    weight.value = before * 1.01
    better = abs(weight.value - 3)
    weight.value = before
    weight.value -= 0.1 * (abs(before - 3) - better)  # off
    kept = w.copy()
    w[:] = w + 0.01
    w[...] = kept
    kept = w.copy()
    w += 0.01 * w  # off
    if loss(w) > 1:
        w[:] = kept  # off
