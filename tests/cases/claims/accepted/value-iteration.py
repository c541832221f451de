# ---
# title: Value iteration
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(V[0] - 0.9**4)
#     goal: "< 0.01"
#     freeze: [V]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
V = rng.random(6)
V[5] = 0
for sweep in range(60):
    for s in range(5):
        V[s] = max(float(t == 5) + 0.9 * V[t] for t in (max(s - 1, 0), s + 1))
