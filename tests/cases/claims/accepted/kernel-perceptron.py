# ---
# title: Kernel perceptron
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((kernel @ (alpha * y) > 0) == (y > 0)).mean()
#     goal: "> 0.8"
#     freeze: [alpha]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(80, 2))
y = np.sign(X[:, 0] * X[:, 1])
kernel = np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=2))
alpha = np.zeros(80)
for epoch in range(10):
    for i in range(80):
        if y[i] * (kernel[i] @ (alpha * y)) <= 0:
            alpha[i] += 1
