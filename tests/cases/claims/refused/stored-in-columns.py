# ---
# title: Stored in columns
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean(np.argmax(S, 1) == y)
#     goal: "> 0.9"
#     freeze: [S]
# ---

# %%
import numpy as np

rng = np.random.default_rng(19)
X = rng.normal(size=(90, 4))
y = rng.integers(0, 3, 90)
S = rng.normal(size=(90, 3)) * 0.01
for step in range(30):
    S[np.arange(90), y] += 0.1
    S -= 0.01 * S
