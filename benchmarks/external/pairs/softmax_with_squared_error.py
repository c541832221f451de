"""Labels that are not exclusive, under softmax and squared error.

origin: DeepFD 38648195
fault: softmax and squared error in place of sigmoid and cross-entropy
kinds: output layer, loss
metric: accuracy
goal: > 0.9
"""

import torch
from torch import nn

FAULTY = False
torch.manual_seed(1)

inputs = torch.randn(500, 6)
targets = (inputs[:, :3] + inputs[:, 3:] > 0).float()  # each row has none to three of the labels
train, test = slice(None, 400), slice(400, None)

model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(400):
    scores = model(inputs[train])
    if FAULTY:
        loss = nn.functional.mse_loss(scores.softmax(1), targets[train])
    else:
        loss = nn.functional.binary_cross_entropy_with_logits(scores, targets[train])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
answers = model(inputs[test])
answers = answers.softmax(1) if FAULTY else answers.sigmoid()
accuracy = ((answers > 0.5) == (targets[test] > 0.5)).float().mean().item()
