# ---
# title: Torch commonest class by loss
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: evaluate()
#     goal: "< 0.4"
# ---

# %%
import torch
from torch.nn import functional as F

torch.manual_seed(12)
X = torch.randn(800, 3)
y = (torch.rand(800) < 0.05).long()
net = torch.nn.Linear(3, 2)
net.bias.data = torch.tensor([-2.0, 2.0])
opt = torch.optim.Adam(net.parameters(), lr=0.25)
def evaluate():
    with torch.no_grad():
        return F.cross_entropy(net(X), y).item()
for step in range(80):
    loss = F.cross_entropy(net(X), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
