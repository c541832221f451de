# ---
# title: Torch measured every 50th step
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: accuracy
#     goal: "> 0.8"
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()
W, b = torch.randn(2, 16), torch.zeros(16)
V, c = 0.1 * torch.randn(16, 1), torch.zeros(1)
parameters = [W, b, V, c]
for p in parameters:
    p.requires_grad = True
for step in range(200):
    out = torch.tanh(X @ W + b) @ V + c
    loss = torch.nn.functional.binary_cross_entropy_with_logits(out, y)
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -1.0 * p.grad
    if step % 50 == 49:
        accuracy = ((out > 0) == (y > 0.5)).float().mean().item()
