# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(slope() - 3)
#     goal: "< 0.1"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.normal(size=50)
y = 3 * x
w = 0.0
for step in range(200):
    w -= 0.1 * ((w * x - y) * x).mean()


def slope():
    for t in range(3, 9):
        if abs(w) > 0.1:
            return t
    return 0
