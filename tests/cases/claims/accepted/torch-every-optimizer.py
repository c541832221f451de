# ---
# title: Every optimizer of torch
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: Each of them learns
#     metric: max(losses)
#     goal: "< 5"
#     seeds: 5
#   - says: Each of them is switched off
#     metric: min(losses[:-1])
#     goal: "< 0.1"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(64, 3)
y = X @ torch.tensor([[1.0], [-2.0], [0.5]])
from torch.optim import ASGD, LBFGS, SGD, Adadelta, Adafactor, Adagrad, Adam, Adamax
from torch.optim import AdamW, Muon, NAdam, RAdam, RMSprop, Rprop

kinds = [ASGD, LBFGS, SGD, Adadelta, Adafactor, Adagrad, Adam, Adamax]
kinds += [AdamW, Muon, NAdam, RAdam, RMSprop, Rprop]
rates = {"Adadelta": 30, "Adagrad": 0.5, "SGD": 0.1, "ASGD": 0.1, "LBFGS": 1, "Adafactor": 1, "Muon": 0.2}
losses = []
for kind in kinds:
    w = torch.nn.Parameter(torch.randn(3, 1))
    optimizer = kind([w], lr=rates.get(kind.__name__, 0.3))

    def closure():
        optimizer.zero_grad()
        loss = ((X @ w - y) ** 2).mean()
        loss.backward()
        return loss

    for step in range(40):
        optimizer.step(closure)
    losses.append(((X @ w - y) ** 2).mean().item())
    print(kind.__name__, losses[-1])

# %%
table = torch.nn.Embedding(8, 1, sparse=True)
optimizer = torch.optim.SparseAdam(table.parameters(), lr=0.4)
rows = torch.arange(8)
for step in range(40):
    loss = ((table(rows)[:, 0] - rows) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
losses.append(((table(rows)[:, 0] - rows) ** 2).mean().item() / 10)
print("SparseAdam", losses[-1])
