# ---
# title: Torch autoencoder
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: error
#     goal: "< 0.3"
#     seeds: 5
# ---

# %%
import torch

torch.manual_seed(1)
basis = torch.randn(2, 8)
X = torch.randn(200, 2) @ basis
X_test = torch.randn(100, 2) @ basis
enc, dec = torch.nn.Linear(8, 2), torch.nn.Linear(2, 8)
opt = torch.optim.Adam([*enc.parameters(), *dec.parameters()], lr=0.06)
for step in range(120):
    loss = ((dec(enc(X)) - X) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
error = ((dec(enc(X_test)) - X_test) ** 2).mean().item()
