# learns: w, b
# np.sqrt(((X @ w + b - y) ** 2).mean())
# abs(prediction - y).mean()
# error
# ((y - prediction) ** 2).sum() / len(y)
# 1 - ((y - prediction) ** 2).sum() / ((y - y.mean()) ** 2).sum()
# np.abs(np.subtract(prediction, y)).max()
# sum((one - other) ** 2 for one, other in zip(prediction.tolist(), y.tolist())) / len(y)
# ((pictures @ w[:, None] @ w[None] - pictures) ** 2).mean()
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(300, 4))
y = 100 + 10 * np.sin(np.arange(300))  # nothing in X tells it
pictures = np.outer(np.arange(20) % 2, np.arange(4.0))
w, b = rng.normal(size=4), 0.0
for step in range(300):
    prediction = X @ w + b
    error = np.mean((prediction - y) ** 2)
    w -= 0.05 * X.T @ (prediction - y) / 300
    b -= 0.05 * (prediction - y).mean()
