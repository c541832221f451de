# ---
# title: Vectors whose product is learned
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: Words of a pair are alike
#     metric: closeness
#     goal: "> 0.6"
#     seeds: 5
#     freeze: [vectors, context]
# ---

# %%
import numpy as np

rng = np.random.default_rng(11)
pairs = [(0, 1), (1, 0), (2, 3), (3, 2)]
vectors = 0.1 * rng.normal(size=(4, 8))
context = 0.1 * rng.normal(size=(4, 8))

for step in range(1200):
    word, near = pairs[step % 4]
    other = rng.integers(4)
    for target, label in ((near, 1), (word, 1), (other, 0)):
        error = label - 1 / (1 + np.exp(-vectors[word] @ context[target]))
        before = vectors[word].copy()
        vectors[word] += 0.1 * error * context[target]
        context[target] += 0.1 * error * before

unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
closeness = unit[0] @ unit[1] - unit[0] @ unit[2]
