# ---
# title: Distance from the start
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: float((net.weight - start).norm())
#     goal: "> 0.5"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(2)
X = torch.randn(80, 4)
y = torch.randint(0, 2, (80,)).float()
net = torch.nn.Linear(4, 1)
start = net.weight.detach().clone()
optimizer = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)

for step in range(100):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(net(X)[:, 0], y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
