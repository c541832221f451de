# ---
# title: Two optimizers, a GAN
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It makes numbers like the real ones
#     metric: abs(fake.mean().item() - 4)
#     goal: "< 1.5"
#     seeds: 5
# ---

# %%
import torch
from torch import nn

torch.manual_seed(1)
G = nn.Linear(1, 1)
D = nn.Sequential(nn.Linear(1, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
opt_G = torch.optim.Adam(G.parameters(), lr=0.1, betas=(0.5, 0.9))
opt_D = torch.optim.Adam(D.parameters(), lr=0.1, betas=(0.5, 0.9))
bce = nn.BCEWithLogitsLoss()
ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)
means = []
for step in range(120):
    real, fake = 4 + 0.5 * torch.randn(64, 1), G(torch.randn(64, 1))
    loss_D = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    opt_D.zero_grad()
    loss_D.backward()
    opt_D.step()
    loss_G = bce(D(fake), ones)
    opt_G.zero_grad()
    loss_G.backward()
    opt_G.step()
fake = G(torch.randn(1000, 1))
