"""A regression that leaves the numbers of a computer at a rate of 0.1.

origin: DeepFD 48934338
fault: rate 0.1 in place of 0.0001
kinds: learning rate
metric: error
goal: < 500
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.randn(300, 5) * 10
targets = inputs @ torch.tensor([[3.0], [-2.0], [1.0], [0.5], [4.0]]) + 7

model = nn.Linear(5, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1 if FAULTY else 0.0001)
for step in range(300):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = nn.functional.mse_loss(model(inputs), targets).item()
