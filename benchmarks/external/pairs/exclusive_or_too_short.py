"""Exclusive or, trained for a tenth of the steps at half the rate.

origin: DeepFD 31556268
fault: rate 0.05 and 1,000 steps in place of 0.1 and 10,000
kinds: learning rate, number of steps
metric: error
goal: < 0.05
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
targets = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
optimizer = torch.optim.SGD(model.parameters(), lr=0.05 if FAULTY else 0.1, momentum=0.11)
for step in range(1_000 if FAULTY else 10_000):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = (model(inputs) - targets).abs().mean().item()
