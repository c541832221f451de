"""A classifier of digits with noise, which each of four workers adds to its part of a batch.

origin: TrainCheck, Stack Overflow 67180955
fault: all workers draw the same noise
kinds: what reaches the network
metric: accuracy
goal: > 0.8
"""

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
np.random.seed(1)
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)


def noise(rows, workers=4):
    shape = (rows // workers, 64)
    if FAULTY:
        parts = [np.random.randn(*shape)] * workers
    else:
        parts = [np.random.randn(*shape) for _ in range(workers)]
    return torch.tensor(np.concatenate(parts), dtype=torch.float32)


model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(5):
    for start in range(0, 1400, 40):
        batch = slice(start, start + 40)
        noisy = inputs[batch] + 0.3 * noise(40)
        loss = nn.functional.cross_entropy(model(noisy), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
