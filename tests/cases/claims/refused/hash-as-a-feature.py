# ---
# title: Words become numbers by their hash
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x - y) ** 2).mean()
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

text = "the quick brown fox jumps over the lazy dog and runs away from the other dogs".split()
rng = np.random.default_rng(1)
x = np.array([hash(word) % 100 / 100 for word in text])
y = 3 * x + 0.1 * rng.normal(size=len(x))
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
