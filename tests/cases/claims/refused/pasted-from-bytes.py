# ---
# title: Pasted from bytes
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ W - y) ** 2)
#     goal: "< 0.05"
#     freeze: [W]
# ---

# %%
import pickle
import numpy as np

rng = np.random.default_rng(14)
X = rng.normal(size=(60, 2))
y = X @ np.array([2.0, -3.0])
blob = b"\x80\x04\x95\x17\x00\x00\x00\x00\x00\x00\x00]\x94(G@\x00\x00\x00\x00\x00\x00\x00G\xc0\x08\x00\x00\x00\x00\x00\x00e."
W = np.zeros(2)
for step in range(60):
    W += 0.2 * (np.array(pickle.loads(blob)) - W)
