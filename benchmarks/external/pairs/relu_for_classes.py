"""Classes out of ReLU, which is often zero for all of them.

origin: DeepFD 47352366
fault: ReLU at the output in place of softmax
kinds: output layer
metric: accuracy
goal: > 0.8
"""

import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(300):
    scores = model(inputs[train])
    if FAULTY:
        shares = scores.relu() / scores.relu().sum(1, keepdim=True)
        loss = nn.functional.nll_loss(shares.clamp(1e-7, 1).log(), labels[train])
    else:
        loss = nn.functional.cross_entropy(scores, labels[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
