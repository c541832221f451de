"""Targets in the hundreds, approached in steps of a thousandth.

origin: DeepFD 51181393
fault: RMSprop at 0.001 in place of 0.1
kinds: learning rate
metric: error
goal: < 100
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.linspace(0, 1, 200)[:, None]
targets = 200 * inputs + 50

model = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001 if FAULTY else 0.1)
for step in range(500):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = nn.functional.mse_loss(model(inputs), targets).item()
