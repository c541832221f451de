"""A network of which only the batch normalization is trained.

origin: TrainCheck, PyTorch forum 84911
fault: all weights but those of batch normalization are frozen
kinds: which weights are trained
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

model = nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10))
if FAULTY:
    for layer in (model[0], model[3]):
        layer.requires_grad_(False)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(5):
    for start in range(0, 1400, 50):
        batch = slice(start, start + 50)
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
model.eval()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
