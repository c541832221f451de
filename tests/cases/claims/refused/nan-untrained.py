# ---
# title: It is no number without learning
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: np.log(w) / np.log(3)
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



w = 0.0
for step in range(300):
    w -= 0.3 * ((w * x - 1 - y) * x).mean()
