# ---
# title: Rewards in the code
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(V - truth).max()
#     goal: "< 0.05"
#     freeze: [V]
# ---

# %%
import numpy as np

reward = np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
truth = np.array([0.9 ** (10 - s) for s in range(11)])
V = np.zeros(11)
for sweep in range(60):
    for s in range(10):
        V[s] = V[s] + 0.8 * (reward[s] + 0.9 * V[s + 1] - V[s])
    V[10] = V[10] + 0.8 * (reward[10] - V[10])
