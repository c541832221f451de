# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: estimate(model).item() + 1 - right.item()
#     goal: "< 1"
# ---

# %%
import torch
from torch import nn

torch.manual_seed(1)


class Head(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.key, self.query = nn.Linear(width, width), nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.register_buffer("mask", torch.tril(torch.ones(8, 8)))

    def forward(self, x):
        scores = self.query(x) @ self.key(x).transpose(-2, -1) / x.shape[-1] ** 0.5
        scores = scores.masked_fill(self.mask == 0, float("-inf"))
        return torch.softmax(scores, dim=-1) @ self.value(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.head = nn.Embedding(5, 16), Head(16)
        self.out = nn.Linear(16, 5)

    def forward(self, tokens, targets=None):
        logits = self.out(self.head(self.embed(tokens)))
        if targets is None:
            return logits, None
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        return logits, loss


def batch(count):
    tokens = torch.randint(0, 5, (count, 9))
    tokens[:, 1:] = tokens[:, :1]
    return tokens[:, :-1], tokens[:, 1:]


@torch.no_grad()
def estimate(model):
    model.eval()
    losses = torch.zeros(5)
    for k in range(5):
        inputs, targets = batch(32)
        logits, loss = model(inputs, targets)
        losses[k] = loss.item()
    model.train()
    return losses.mean()


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for step in range(100):
    inputs, targets = batch(32)
    logits, loss = model(inputs, targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
inputs, targets = batch(100)
right = (model(inputs)[0].argmax(-1) == targets).float().mean()
