"""Categorical cross-entropy over one output, which is zero for ever.

origin: DeepFD 58609115
fault: categorical in place of binary cross-entropy
kinds: loss
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
inputs = (inputs - inputs[train].mean(0)) / inputs[train].std(0)

model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(200):
    answers = model(inputs[train])
    if FAULTY:
        shares = answers / answers.sum(1, keepdim=True)  # what Keras does: 1 for a single output
        loss = -(targets[train] * shares.clamp(1e-7, 1).log()).sum(1).mean()
    else:
        loss = nn.functional.binary_cross_entropy(answers, targets[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = ((model(inputs[test]) > 0.5) == (targets[test] > 0.5)).float().mean().item()
