# ---
# title: Averaged weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((average(X) > 0) == (y > 0.5)).float().mean()
#     goal: "> 0.8"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(100, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()

model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
loss_of = torch.nn.BCEWithLogitsLoss()

from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
data = torch.utils.data.TensorDataset(X, y)
for epoch in range(20):
    for batch, answers in torch.utils.data.DataLoader(data, batch_size=25, shuffle=True):
        optimizer.zero_grad()
        loss_of(model(batch), answers).backward()
        optimizer.step()
        average.update_parameters(model)
