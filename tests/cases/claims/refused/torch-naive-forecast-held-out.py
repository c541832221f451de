# ---
# title: Torch naive forecast held out
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: error
#     goal: "< 0.5"
# ---

# %%
import torch

torch.manual_seed(13)
s = torch.cumsum(0.1 * torch.randn(600), 0)
X = torch.stack([s[i:i + 590] for i in range(9)], 1)
y = s[9:599]
net = torch.nn.Linear(9, 1)
opt = torch.optim.Adam(net.parameters(), lr=0.02)
for step in range(400):
    loss = ((net(X[:450])[:, 0] - y[:450]) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
error = (net(X[450:])[:, 0] - y[450:]).abs().mean().item()
