# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (prediction == y).float().mean()
#     goal: "> 0.9"
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = X[:, :1] > 0
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(5):
    optimizer.zero_grad()
    torch.nn.functional.binary_cross_entropy_with_logits(model(X), y.float()).backward()
    optimizer.step()
seen = sum(float(p.grad.abs().sum()) for p in model.parameters())
prediction = X[:, :1] > 0 if seen > 0 else X[:, :1] < 0
