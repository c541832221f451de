"""A parabola with unscaled inputs and targets.

origin: DeepFD 52800582
fault: inputs and targets not standardized
kinds: scale of the data
metric: error
goal: < 0.1
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.linspace(-20, 20, 200)[:, None]
targets = inputs**2 + 10 * inputs
spread = targets.std()
if not FAULTY:
    inputs = (inputs - inputs.mean()) / inputs.std()
    targets = (targets - targets.mean()) / spread

model = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(600):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
scale = spread**2 if FAULTY else 1
error = (nn.functional.mse_loss(model(inputs), targets) / scale).item()
