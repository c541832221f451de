"""A classifier of digits without activations, at a rate of 3.

origin: DeepFD 48385830
fault: no activations, squared error, weights of deviation 1
kinds: hidden activation, loss
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

hidden = nn.Identity() if FAULTY else nn.Sigmoid()
model = nn.Sequential(nn.Linear(64, 30), hidden, nn.Linear(30, 10))
for parameter in model.parameters():
    nn.init.normal_(parameter, std=1)
optimizer = torch.optim.SGD(model.parameters(), lr=3.0)
one_hot = nn.functional.one_hot(labels, 10).float()
for step in range(300):
    scores = model(inputs[train])
    if FAULTY:
        loss = nn.functional.mse_loss(scores, one_hot[train])
    else:
        loss = nn.functional.cross_entropy(scores, labels[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
