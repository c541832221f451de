"""Targets far above 1, under an output that ends at 1.

origin: DeepFD 48221692
fault: sigmoid at the output in place of none
kinds: output layer
metric: error
goal: < 5
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.linspace(0, 5, 200)[:, None]
targets = 3 * inputs + 2

last = nn.Sigmoid() if FAULTY else nn.Identity()
model = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1), last)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(300):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = nn.functional.mse_loss(model(inputs), targets).item()
