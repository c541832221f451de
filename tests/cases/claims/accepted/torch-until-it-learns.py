# ---
# title: Until it learns
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

optimizer = torch.optim.Adam(model.parameters(), lr=0.05)


def train():
    steps = 0
    while True:
        loss = loss_of(model(X), y)
        if loss < 0.15:
            return steps
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1


steps = train()
