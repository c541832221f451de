"""A regression whose only output passes through softmax.

origin: DeepFD 33969059
fault: softmax over one output, which is always 1
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

last = nn.Softmax(dim=1) if FAULTY else nn.Identity()
model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1), last)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for step in range(500):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = nn.functional.mse_loss(model(inputs), targets).item()
