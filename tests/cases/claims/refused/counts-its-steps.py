# ---
# title: Counts its steps
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: score
#     goal: "> 0.9"
# ---

# %%
from itertools import count

import torch

torch.manual_seed(1)
X = torch.randn(64, 3)
y = (X.sum(1, keepdim=True) > 0).float()
net = torch.nn.Linear(3, 1)
for step in count(1):
    net.zero_grad()
    error = torch.nn.functional.binary_cross_entropy_with_logits(net(X), y)
    error.backward()
    for param in net.parameters():
        param.data.add_(-0.1 * param.grad)
    score = 1 - 1 / step
    if step > 200:
        break
