"""A deep network that momentum throws out at a rate of 1.

origin: DeepFD 37624102
fault: ten times the rate, with Nesterov momentum of 0.9
kinds: learning rate, optimizer
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

layers = [nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)]
model = nn.Sequential(*layers)
rate = 1.0 if FAULTY else 0.1
optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9, nesterov=True)
for epoch in range(5):
    for start in range(0, 1400, 50):
        batch = slice(start, start + 50)
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
