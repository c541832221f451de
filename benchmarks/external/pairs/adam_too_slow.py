"""Adam at its usual rate, for too few epochs of few steps.

origin: DeepFD 50306988
fault: rate 0.001 and 5 epochs in place of 0.01 and 10
kinds: learning rate, number of steps
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
optimizer = torch.optim.Adam(model.parameters(), lr=0.001 if FAULTY else 0.01)
for epoch in range(5 if FAULTY else 10):
    for start in range(0, 1400, 200):
        batch = slice(start, start + 200)
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
