import numpy as np


class Network:
    def __init__(self, rng):
        self.hidden = rng.normal(size=(3, 8))
        self.out = rng.normal(size=(9, 1))

    def __call__(self, x):
        self.h = np.c_[np.tanh(x @ self.hidden), np.ones(len(x))]
        return 1 / (1 + np.exp(-self.h @ self.out))

    def step(self, x, y, rate):
        d = (self(x) - y) / len(x)
        dh = (d @ self.out[:-1].T) * (1 - self.h[:, :-1] ** 2)
        self.out -= rate * self.h.T @ d
        self.hidden -= rate * x.T @ dh
