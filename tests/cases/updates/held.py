# freeze: w, b, layer
from dataclasses import dataclass

import numpy as np

w, b, other = np.ones(1), np.ones(1), np.ones(1)
params = [w, b]


def sgd(params, rate):
    for p in params:
        p -= rate * p  # off


class Optimizer:
    def __init__(self, params, rate=0.1):
        self.params, self.rate = params, rate

    def step(self):
        for i, p in enumerate(self.params):
            p[:] = p - self.rate * p  # off
            kept = p * 2
            kept = kept - p


@dataclass
class Momentum:
    kept: list
    rate: float = 0.1

    def step(self):
        for p in self.kept:
            np.subtract(p, p * self.rate, out=p)  # off
            p = p - 1


def fade(things):
    for thing in things:
        thing *= thing


def train(things):
    sgd(things, 0.1)


layer = np.ones(1)
train([layer])
Optimizer(params).step()
Momentum([w]).step()
fade([other])
