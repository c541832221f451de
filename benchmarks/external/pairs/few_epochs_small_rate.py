"""A classifier of digits that is trained too short, at too small a rate.

origin: DeepFD 44164749
fault: rate 0.01 and 5 epochs in place of 0.05 and 10
kinds: learning rate, number of steps
metric: accuracy
goal: > 0.8
"""

import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01 if FAULTY else 0.05)
for epoch in range(5 if FAULTY else 10):
    for start in range(0, 1400, 20):
        batch = slice(start, start + 20)
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
