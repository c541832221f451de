# ---
# title: Torch without autograd
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((net() > 0.5) == (y > 0.5)).float().mean()
#     goal: "> 0.85"
#     seeds: 5
#     freeze: [W0, W1]
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()

X = torch.cat([X, torch.ones(200, 1)], 1)
W0, W1 = torch.randn(3, 16), torch.randn(16, 1)


def net():
    return torch.sigmoid(torch.tanh(X @ W0) @ W1)


for step in range(600):
    hidden = torch.tanh(X @ W0)
    delta = (torch.sigmoid(hidden @ W1) - y) / 200
    back = delta @ W1.T * (1 - hidden**2)
    W1.sub_(1.0 * hidden.T @ delta)
    W0 -= 1.0 * X.T @ back
