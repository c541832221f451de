"""Labels that were divided by 255, as the inputs should have been.

origin: DeepFD 59325381
fault: the targets of the training are scaled, the test is not
kinds: scale of the data
metric: accuracy
goal: > 0.8
"""

import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data * 255 / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)
one_hot = nn.functional.one_hot(labels, 10).float()
inputs[train] /= 255
if FAULTY:
    one_hot[train] /= 255
else:
    inputs[test] /= 255

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(300):
    loss = -(model(inputs[train]).log_softmax(1) * one_hot[train]).sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
