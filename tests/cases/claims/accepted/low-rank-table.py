# ---
# title: Low rank table
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.sqrt(np.mean((R - U @ V.T)[~seen] ** 2))
#     goal: "< 0.2"
#     freeze: [U, V]
# ---

# %%
import numpy as np

rng = np.random.default_rng(13)
R = rng.normal(size=(20, 2)) @ rng.normal(size=(2, 15))
seen = rng.random((20, 15)) < 0.8
U, V = 0.3 * rng.normal(size=(20, 2)), 0.3 * rng.normal(size=(15, 2))
for step in range(2000):
    error = np.where(seen, R - U @ V.T, 0)
    U = U + 0.03 * error @ V
    V = V + 0.03 * error.T @ U
