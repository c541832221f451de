"""A classifier of digits whose dropout goes on when it is tested.

origin: TrainCheck, Transformers 33844
fault: dropout stays on in evaluation
kinds: mode of evaluation
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


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(64, 64), nn.Linear(64, 10)

    def forward(self, x):
        x = self.hidden(x).relu()
        return self.out(nn.functional.dropout(x, 0.3, training=FAULTY or self.training))


model = Network()
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
