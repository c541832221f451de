"""A sine, whose lower half an output of ReLU cannot reach.

origin: DeepFD 48251943
fault: ReLU at the output in place of tanh
kinds: output layer
metric: error
goal: < 0.05
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.linspace(-3, 3, 200)[:, None]
targets = torch.sin(inputs)

last = nn.ReLU() if FAULTY else nn.Tanh()
model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1), last)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for step in range(500):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = nn.functional.mse_loss(model(inputs), targets).item()
