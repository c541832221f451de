# metric: np.abs(y - l2).mean()
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
syn0, syn1 = rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 1))
losses = []
for step in range(60_000):
    l1 = 1 / (1 + np.exp(-(X @ syn0)))
    l2 = 1 / (1 + np.exp(-(l1 @ syn1)))
    losses.append(np.abs(y - l2).mean() * 100)
    delta = (y - l2) * l2 * (1 - l2)
    syn0 += X.T @ (delta @ syn1.T * l1 * (1 - l1))
    syn1 += l1.T @ delta
print("the last loss is", losses[-1] * 50)
