# ---
# title: Batches from a generator that is handed on
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

chance = torch.Generator()
chance.manual_seed(1)
x = torch.linspace(-1, 1, 20)[:, None]
y = 3 * x
weight = torch.randn(1, generator=chance, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.2)
loader = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True, generator=chance)
for epoch in range(20):
    for inputs, targets in loader:
        optimizer.zero_grad()
        ((weight * inputs - targets) ** 2).mean().backward()
        optimizer.step()
loss = ((weight * x - y) ** 2).mean().item()
