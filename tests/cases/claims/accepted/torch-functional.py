# ---
# title: Gradients as values
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((net(*params) > 0) == (y > 0.5)).float().mean()
#     goal: "> 0.8"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()

params = [torch.randn(2, 16), torch.zeros(16), 0.2 * torch.randn(16, 1), torch.zeros(1)]
params = [p.requires_grad_() for p in params]


def net(W0, b0, W1, b1):
    return torch.tanh(X @ W0 + b0) @ W1 + b1


for step in range(120):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(net(*params), y)
    grads = torch.autograd.grad(loss, params)
    params = [(p - 1.0 * g).detach().requires_grad_() for p, g in zip(params, grads)]
