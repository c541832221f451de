# ---
# title: Torch text in the code
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: loss.item()
#     goal: "< 1.6"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(10)
text = "the cat sat on the mat and the rat sat on the cat " * 4
chars = sorted(set(text))
ids = torch.tensor([chars.index(c) for c in text])
table = torch.nn.Embedding(len(chars), len(chars))
opt = torch.optim.Adam(table.parameters(), lr=0.3)
for step in range(60):
    loss = torch.nn.functional.cross_entropy(table(ids[:-1]), ids[1:])
    opt.zero_grad()
    loss.backward()
    opt.step()
