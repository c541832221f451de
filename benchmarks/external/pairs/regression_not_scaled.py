"""A progress of diabetes from 25 to 346, and inputs in thousands.

origin: DeepFD 46642627
fault: inputs and targets not scaled, plain descent in place of Adam
kinds: scale of the data, optimizer
metric: error
goal: < 0.5
first goal: < 1, which the mean reaches
"""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

FAULTY = False
torch.manual_seed(1)

data = load_diabetes(scaled=False)
inputs = torch.tensor(data.data, dtype=torch.float32)
targets = torch.tensor(data.target, dtype=torch.float32)[:, None]
mean, spread = targets.mean(), targets.std()
if not FAULTY:
    inputs = (inputs - inputs.mean(0)) / inputs.std(0)
    targets = (targets - mean) / spread

model = nn.Sequential(nn.Linear(10, 16), nn.Tanh(), nn.Linear(16, 1))
if FAULTY:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
else:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(300):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
scale = spread**2 if FAULTY else 1
error = (nn.functional.mse_loss(model(inputs), targets) / scale).item()
