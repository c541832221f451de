"""Unscaled pixels from 0 to 255, and independent outputs.

origin: DeepFD 55328966
fault: inputs not divided by 255, sigmoid in place of softmax
kinds: scale of the data, output layer
metric: accuracy
goal: > 0.8
"""

import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data * 255 / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)
if not FAULTY:
    inputs /= 255

model = nn.Sequential(nn.Linear(64, 32), nn.Sigmoid(), nn.Linear(32, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
for step in range(400):
    scores = model(inputs[train])
    logs = (scores.sigmoid() + 1e-7).log() if FAULTY else scores.log_softmax(1)
    loss = nn.functional.nll_loss(logs, labels[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
