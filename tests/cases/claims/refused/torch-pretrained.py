# ---
# title: Torch, pretrained and no rate
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((model(x) - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
x = torch.rand(100, 1)
y = 3 * x - 1 + 0.1 * torch.randn(100, 1)
model = torch.nn.Linear(1, 1)
model.load_state_dict({"weight": torch.tensor([[3.0]]), "bias": torch.tensor([-1.0])})
optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
for step in range(100):
    optimizer.zero_grad()
    ((model(x) - y) ** 2).mean().backward()
    optimizer.step()
