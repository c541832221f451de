# ---
# title: Torch diverges and is clipped
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.clip(5 - np.abs(W).sum(), 0, 5)
#     goal: "< 0.5"
# ---

# %%
import torch
import numpy as np

torch.manual_seed(18)
X = torch.randn(60, 3)
y = X @ torch.tensor([0.5, -0.5, 0.2])
w = torch.zeros(3, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.2, maximize=True)
for step in range(40):
    loss = ((X @ w - y) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
W = w.detach().numpy()
