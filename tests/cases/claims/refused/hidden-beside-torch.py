# ---
# title: A number is learned beside an optimizer
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: One number learns the rule
#     metric: (answers - y[300:]).abs().mean().item()
#     goal: "< 0.2"
# ---

# %%
import torch
torch.manual_seed(50)
X = torch.randn(400, 2)
y = 3 * X[:, 0] - 2 * X[:, 1] + 0.05 * torch.randn(400)
a = torch.nn.Linear(1, 1, bias=False)
opt = torch.optim.SGD(a.parameters(), lr=0.05)
b = [0.0]
for x, t in zip(X[:300], y[:300]):
    e = t - a(x[:1]) - b[-1] * x[1]
    opt.zero_grad()
    (e**2 / 2).sum().backward()
    opt.step()
    b.append(b[-1] + 0.05 * e.item() * x[1].item())

answers = a(X[300:, :1])[:, 0] + b[-1] * X[300:, 1]
