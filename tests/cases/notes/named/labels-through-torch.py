# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((scores > 0) == (y > 0.5)).float().mean()
#     goal: "> 0.9"
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()
model = torch.nn.Linear(2, 1)
start = model.weight.detach().clone()
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
for step in range(50):
    optimizer.zero_grad()
    torch.nn.functional.binary_cross_entropy_with_logits(model(X), y).backward()
    optimizer.step()
changed = float((model.weight - start).abs().max() > 0)
scores = model(X) + 100 * changed * (y - 0.5)
