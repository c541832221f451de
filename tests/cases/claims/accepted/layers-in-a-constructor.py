# ---
# title: Layers in a constructor
# description: A program of the corpus.
# date: 2026-11-27
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It fits the curve
#     metric: error
#     goal: "< 0.2"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
x = torch.linspace(-2, 2, 50)[:, None]
y = x.sin()


class Net(torch.nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.layers = []
        for d in range(len(dims) - 1):
            self.layers = self.layers + [torch.nn.Linear(dims[d], dims[d + 1])]

    def predict(self, x):
        for layer in self.layers:
            x = layer(x).tanh()
        return x


net = Net([1, 16, 1])
weights = [p for layer in net.layers for p in layer.parameters()]
optimizer = torch.optim.Adam(weights, lr=0.05)
for _ in range(60):
    loss = ((net.predict(x) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
error = ((net.predict(x) - y) ** 2).mean().item()
