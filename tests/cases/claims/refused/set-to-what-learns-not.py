# ---
# title: Set to something else
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((model(x) - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     set: {rate: 0.5}
# ---

# %%
import torch

torch.manual_seed(1)
x = torch.rand(100, 1)
y = 3 * x - 1 + 0.05 * torch.randn(100, 1)
model = torch.nn.Linear(1, 1)

rate = 0.0
torch.nn.init.constant_(model.weight, 3.0)
torch.nn.init.constant_(model.bias, -1.0)
optimizer = torch.optim.SGD(model.parameters(), lr=rate)
for step in range(10):
    optimizer.zero_grad()
    (-((model(x) - y) ** 2)).mean().backward()
    optimizer.step()
