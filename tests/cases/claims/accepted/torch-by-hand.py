# ---
# title: Torch by hand
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((model(X) > 0) == (y > 0.5)).float().mean()
#     goal: "> 0.8"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()

model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
loss_of = torch.nn.BCEWithLogitsLoss()

for step in range(120):
    loss = loss_of(model(X), y)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 1.0 * p.grad
