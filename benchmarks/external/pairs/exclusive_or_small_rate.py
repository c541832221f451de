"""Exclusive or at the default rate of plain gradient descent.

origin: DeepFD 44998910
fault: rate 0.01 in place of a larger one, and a third of the steps
kinds: learning rate, number of steps
metric: error
goal: < 0.1
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
targets = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01 if FAULTY else 0.1)
for step in range(500 if FAULTY else 1_500):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = (model(inputs) - targets).abs().mean().item()
