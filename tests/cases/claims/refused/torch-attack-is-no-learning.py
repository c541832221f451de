# ---
# title: Torch, an attack on fixed weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: The attack works
#     metric: (attacked > 0).float().mean()
#     goal: "< 0.3"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
W = torch.tensor([1.0, -1.0])
attacked = []
for i in range(50):
    x = torch.randn(2) * 0.3 + 0.2 * W
    x.requires_grad_()
    (x @ W).backward()
    attacked.append((x - 1.0 * x.grad.sign()).detach() @ W)
attacked = torch.stack(attacked)
