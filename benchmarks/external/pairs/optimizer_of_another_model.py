"""An optimizer that holds the weights of a model that is no longer used.

origin: TrainCheck, Accelerate 2665
fault: the model is replaced by a copy after its optimizer was made
kinds: which weights are trained
metric: accuracy
goal: > 0.8
"""

import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

FAULTY = False
torch.manual_seed(1)

digits = load_digits()
inputs = torch.tensor(digits.data / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)
train, test = slice(None, 1400), slice(1400, None)

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
if FAULTY:
    model = copy.deepcopy(model)
for epoch in range(5):
    for start in range(0, 1400, 50):
        batch = slice(start, start + 50)
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
