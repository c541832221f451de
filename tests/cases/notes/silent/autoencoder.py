# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((rebuilt - X) ** 2).mean().item()
#     goal: "< 0.5"
# ---

# %%
import torch

torch.manual_seed(1)
X = torch.randn(200, 8)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = torch.nn.Linear(8, 3)
        self.decode = torch.nn.Linear(3, 8)

    def forward(self, x):
        return self.decode(torch.tanh(self.encode(x)))


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for step in range(100):
    loss = ((net(X) - X) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
rebuilt = net(X)
