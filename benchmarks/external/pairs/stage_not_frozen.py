"""A classifier of digits whose first stage should keep its weights.

origin: TrainCheck, MMPretrain 702
fault: a stage that should be frozen is trained, since `train` is not called
kinds: which weights are trained
metric: accuracy
goal: > 0.75
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


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage, self.head = nn.Linear(64, 64), nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.stage(x).relu())

    def train(self, mode=True):
        self.stage.requires_grad_(False)
        return super().train(mode)


model = Network()
if not FAULTY:
    model.train()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(5):
    for start in range(0, 1400, 50):
        batch = slice(start, start + 50)
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
