# ---
# title: An optimizer of your own
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((model(X) > 0) == (y > 0.5)).float().mean()
#     goal: "> 0.8"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()

model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
loss_of = torch.nn.BCEWithLogitsLoss()

class Momentum:
    def __init__(self, params, rate):
        self.params, self.rate = list(params), rate
        self.velocities = [torch.zeros_like(p) for p in self.params]

    def step(self):
        for p, v in zip(self.params, self.velocities):
            v.mul_(0.9).add_(p.grad)
            p.data.add_(v, alpha=-self.rate)
            p.grad = None


optimizer = Momentum(model.parameters(), 0.1)
for step in range(200):
    loss_of(model(X), y).backward()
    optimizer.step()
