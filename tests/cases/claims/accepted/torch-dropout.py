# ---
# title: Dropout and shuffled batches with one seed
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: loss
#     goal: "< 0.5"
#     seeds: 5
# ---

# %%
import torch
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
x = torch.linspace(-1, 1, 20)[:, None]
y = 3 * x
model = torch.nn.Sequential(torch.nn.Dropout(0.1), torch.nn.Linear(1, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for epoch in range(20):
    for inputs, targets in DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True):
        optimizer.zero_grad()
        ((model(inputs) - targets) ** 2).mean().backward()
        optimizer.step()
model.eval()
loss = ((model(x) - y) ** 2).mean().item()
