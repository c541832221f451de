"""Three classes, for which one sigmoid has two answers.

origin: DeepFD 50079585
fault: one output with a sigmoid in place of three with softmax
kinds: output layer
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
inputs = (inputs - inputs[train].mean(0)) / inputs[train].std(0)

model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1 if FAULTY else 3))
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.005)
for step in range(200):
    scores = model(inputs[train])
    if FAULTY:
        target = labels[train, None].float()
        loss = nn.functional.binary_cross_entropy_with_logits(scores, target)
    else:
        loss = nn.functional.cross_entropy(scores, labels[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
scores = model(inputs[test])
answers = (scores[:, 0] > 0).long() if FAULTY else scores.argmax(1)
accuracy = (answers == labels[test]).float().mean().item()
