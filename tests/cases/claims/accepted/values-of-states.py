# ---
# title: Values of a row of states
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the value of each state
#     metric: np.abs(V - exact).max()
#     goal: "< 0.05"
#     freeze: [V]
# ---

# %%
import numpy as np

exact = 0.9 ** np.arange(7, -1, -1.0)
reward = np.zeros(8)
reward[-1] = 1.0
V = np.zeros(8)

for sweep in range(40):
    left, right = np.r_[V[0], V[:-1]], np.r_[V[1:], 0.0]
    V = np.maximum(reward, 0.9 * np.maximum(left, right))
