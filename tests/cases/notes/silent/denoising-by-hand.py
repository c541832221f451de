# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((noisy @ W - clean) ** 2).mean()
#     goal: "< 0.1"
#     freeze: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
clean = rng.normal(size=(100, 5))
noisy = clean + 0.1 * rng.normal(size=clean.shape)
W = np.zeros((5, 5))
for step in range(100):
    W -= 0.1 * noisy.T @ (noisy @ W - clean) / 100
