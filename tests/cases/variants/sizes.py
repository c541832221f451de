# metric: score(deal(500)) + noise(40) + rows(30) + wide(50) + times(60) + level(70) + twice(80)
import numpy as np
import torch

rng = np.random.default_rng(1)

def deal(n):
    keys = torch.rand(n, 8).argsort(1)[:, :4]
    values = torch.randint(8, (n, 4))
    return keys, values, torch.arange(n)

def noise(n, spread=1):
    return rng.normal(0, spread, n) + rng.integers(0, 8, n)

def rows(n):
    return np.zeros(n)

def wide(n):
    return torch.rand(n) / n

def times(n):
    return sum(torch.rand(n).sum() for _ in range(n))

def level(high):
    return torch.randint(high, (8,))

def twice(n):
    return rng.random(n)

def twice(n):
    return n

test = deal(1000)
batch = deal(n=64)
apart = noise(20, 40) + noise(20, spread=50)
total = rows(30) + wide(50) + times(60) + level(70) + twice(80)
score = lambda cards: cards[0] + batch[0] + test[0] + apart + total
