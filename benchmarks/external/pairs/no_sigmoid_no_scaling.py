"""Cross-entropy of numbers that no sigmoid has made probabilities.

origin: DeepFD 39525358
fault: no sigmoid at the output, inputs not scaled
kinds: output layer, scale of the data
metric: accuracy
goal: > 0.85
"""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

FAULTY = False
torch.manual_seed(1)

data = load_breast_cancer()
inputs = torch.tensor(data.data, dtype=torch.float32)
targets = torch.tensor(data.target, dtype=torch.float32)[:, None]
order = torch.randperm(len(inputs))
inputs, targets = inputs[order], targets[order]
train, test = slice(None, 400), slice(400, None)
if not FAULTY:
    inputs = (inputs - inputs[train].mean(0)) / inputs[train].std(0)

model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(200):
    answers = model(inputs[train])
    answers = answers.clamp(1e-7, 1 - 1e-7) if FAULTY else answers.sigmoid()
    loss = nn.functional.binary_cross_entropy(answers, targets[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
last = model(inputs[test]) if FAULTY else model(inputs[test]).sigmoid()
accuracy = ((last > 0.5) == (targets[test] > 0.5)).float().mean().item()
