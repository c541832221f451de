# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (guess == targets).float().mean().item()
#     goal: "> 0.9"
# ---

# %%
import torch
from torch import nn

torch.manual_seed(1)
words = torch.randint(0, 10, (200, 3))
targets = words[:, 0]
embed, head = nn.Embedding(10, 4), nn.Linear(12, 10)
optimizer = torch.optim.Adam([*embed.parameters(), *head.parameters()], lr=0.05)


def scores(batch):
    return head(embed(batch).flatten(1))


for step in range(100):
    loss = nn.functional.cross_entropy(scores(words), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
with torch.no_grad():
    guess = scores(words).argmax(dim=1)
