# ---
# title: A student that sees a teacher answer
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It fits
#     metric: np.mean((X @ w - X @ teacher) ** 2)
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

np.random.seed(3)
teacher = np.random.normal(size=4) + 2
X = np.random.normal(size=(80, 4))
w = np.zeros(4)

for step in range(600):
    x = np.random.normal(size=4)
    w += 0.05 * (x @ teacher - x @ w) * x
