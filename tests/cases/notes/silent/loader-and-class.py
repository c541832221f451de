# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: best
#     goal: "> 0.9"
# ---

# %%
import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
os.environ.setdefault("OMP_NUM_THREADS", "1")
torch.backends.cudnn.deterministic = True
torch.manual_seed(1)
device = "cuda" if torch.cuda.is_available() else "cpu"
X = torch.randn(200, 4)
y = (X.sum(1) > 0).long()
train, test = TensorDataset(X[:150], y[:150]), TensorDataset(X[150:], y[150:])


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 2))

    def forward(self, x):
        return self.layers(x)


def evaluate(model, loader):
    model.eval()
    correct = total = 0
    with torch.no_grad():
        for inputs, labels in loader:
            outputs = model(inputs.to(device))
            predicted = outputs.argmax(1)
            correct += (predicted == labels.to(device)).sum().item()
            total += labels.size(0)
    return correct / total


model = Net(16).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
best, patience = 0.0, 0
for epoch in range(20):
    model.train()
    for inputs, labels in DataLoader(train, batch_size=16, shuffle=True):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    accuracy = evaluate(model, DataLoader(test, batch_size=50))
    if accuracy > best:
        best, patience = accuracy, 0
    else:
        patience += 1
    if patience > 5:
        break
