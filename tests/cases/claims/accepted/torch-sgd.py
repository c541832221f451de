# ---
# title: Torch with an optimizer
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

optimizer = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 50)
for step in range(60):
    optimizer.zero_grad()
    for part in range(2):
        loss = loss_of(model(X[part::2]), y[part::2]) / 2
        loss.backward()
    optimizer.step()
    schedule.step()
