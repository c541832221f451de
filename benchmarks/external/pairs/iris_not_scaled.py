"""Three kinds of iris, not scaled, under weights close to zero and sigmoids.

origin: DeepFD 59278771
fault: inputs not scaled, ReLU and sigmoid in place of SELU and softmax
kinds: scale of the data, hidden activation, output layer
metric: accuracy
goal: > 0.85
"""

import torch
from sklearn.datasets import load_iris
from torch import nn

FAULTY = False
torch.manual_seed(1)

data = load_iris()
inputs = torch.tensor(data.data, dtype=torch.float32)
labels = torch.tensor(data.target)
order = torch.randperm(len(inputs))
inputs, labels = inputs[order], labels[order]
train, test = slice(None, 100), slice(100, None)
if not FAULTY:
    inputs = (inputs - inputs[train].mean(0)) / inputs[train].std(0)

hidden = nn.ReLU() if FAULTY else nn.SELU()
model = nn.Sequential(nn.Linear(4, 4), hidden, nn.Linear(4, 3))
for layer in (model[0], model[2]):
    nn.init.normal_(layer.weight, std=0.05)
    nn.init.zeros_(layer.bias)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(200):
    scores = model(inputs[train])
    logs = (scores.sigmoid() + 1e-7).log() if FAULTY else scores.log_softmax(1)
    loss = nn.functional.nll_loss(logs, labels[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
