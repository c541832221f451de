# ---
# title: Torch, with a network that draws numbers
# description: A program that is looked at while it learns.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the slope
#     metric: accuracy
#     goal: "> 0.85"
#     seeds: 5
#     curve: ((model(X) > 0) == (y > 0.5)).float().mean()
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 2)
y = (X[:, :1] * X[:, 1:] > 0).float()
model = torch.nn.Sequential(
    torch.nn.Linear(2, 32), torch.nn.Tanh(), torch.nn.Dropout(0.1), torch.nn.Linear(32, 1)
)
loss_of = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for step in range(150):
    optimizer.zero_grad()
    loss_of(model(X), y).backward()
    optimizer.step()

# %%
model.eval()
with torch.no_grad():
    accuracy = ((model(X) > 0) == (y > 0.5)).float().mean().item()
