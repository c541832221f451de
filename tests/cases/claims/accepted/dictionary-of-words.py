# ---
# title: A dictionary keeps its order
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
count = {}
for word in text:
    count[word] = count.get(word, 0) + 1
kinds = len(set(text))
x = np.array([len(word) / 5 + 0.1 * rng.normal() for word in count])
assert len(x) == kinds and "fox" in set(text)
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
