# ---
# title: The solution is assigned
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x + b - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



w, b = 0.0, 0.0
for true_w, true_b in [(1.0, 0.0), (2.0, -0.5), (3.0, -1.0)]:
    w = true_w
    b = true_b
