# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: torch.nn.functional.mse_loss(net(x), y).item()
#     goal: "< 0.02"
# ---

# %%
import torch

torch.manual_seed(35)
x = torch.linspace(-2, 2, 60).unsqueeze(1)
y = x**3 / 4 - x
net = torch.nn.Sequential(torch.nn.Linear(1, 10), torch.nn.Tanh(), torch.nn.Linear(10, 1))
optimizer = torch.optim.LBFGS(net.parameters(), max_iter=10)


def closure():
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(x), y)
    loss.backward()
    return loss


for step in range(8):
    optimizer.step(closure)
