"""Two replicas of a classifier, each on half of every batch, of which the first is used.

origin: TrainCheck, PyTorch 104336
fault: the gradients of the replicas are not averaged
kinds: which gradients are used
metric: accuracy
goal: > 0.8
"""

import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)

first = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
replicas = [first, copy.deepcopy(first)]
optimizers = [torch.optim.Adam(one.parameters(), lr=0.01) for one in replicas]
for epoch in range(5):
    for start in range(0, 1400, 50):
        for number, replica in enumerate(replicas):
            part = slice(start + number * 25, start + number * 25 + 25)
            loss = nn.functional.cross_entropy(replica(inputs[part]), labels[part])
            optimizers[number].zero_grad()
            loss.backward()
        if not FAULTY:
            for both in zip(*(one.parameters() for one in replicas), strict=True):
                mean = (both[0].grad + both[1].grad) / 2
                both[0].grad, both[1].grad = mean, mean.clone()
        for optimizer in optimizers:
            optimizer.step()
accuracy = (first(inputs[test]).argmax(1) == labels[test]).float().mean().item()
