# ---
# title: A network that starts anywhere
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: loss.item()
#     goal: "< 0.5"
#     seeds: 5
# ---

# %%
import torch

x = torch.linspace(-1, 1, 20)[:, None]
y = 3 * x
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(50):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
