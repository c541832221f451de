# ---
# title: Torch, a gradient is no learning
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It has a gradient
#     metric: model.weight.grad.norm()
#     goal: "> 0.001"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
x = torch.rand(100, 1)
y = 3 * x - 1 + 0.05 * torch.randn(100, 1)
model = torch.nn.Linear(1, 1)

optimizer = torch.optim.Adam(model.parameters(), lr=0.0)
for step in range(5):
    optimizer.zero_grad()
    ((model(x) - y) ** 2).mean().backward()
    optimizer.step()
