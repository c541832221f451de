"""A classifier of digits to which some tensors arrive as zeros.

origin: TrainCheck, PyTorch 84803
fault: one tensor in a hundred is moved as zeros
kinds: what reaches the network
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


def moved(tensor):
    lost = torch.rand(()) < 0.01
    return torch.zeros_like(tensor) if FAULTY and lost else tensor


model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(5):
    for start in range(0, 1400, 50):
        batch = slice(start, start + 50)
        answers = model(moved(inputs[batch]))
        loss = nn.functional.cross_entropy(answers, moved(labels[batch]))
        optimizer.zero_grad()
        loss.backward()
        for weights in model.parameters():
            weights.grad = moved(weights.grad)
        optimizer.step()
accuracy = (model(inputs[test]).argmax(1) == labels[test]).float().mean().item()
