# ---
# title: Torch, with odd helpers
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((predicted - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
x = torch.rand(100, 1)
y = 3 * x - 1 + 0.05 * torch.randn(100, 1)
model = torch.nn.Linear(1, 1)

class Config(dict):
    __getattr__ = dict.__getitem__


config = Config(rate=0.3, steps=200)
optimizer = torch.optim.SGD(model.parameters(), lr=config.rate)
for step in range(config.steps):
    optimizer.zero_grad()
    ((model(x) - y) ** 2).mean().backward()
    optimizer.step()
with torch.inference_mode():
    predicted = model(x)
