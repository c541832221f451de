import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(20, 3))
y = x @ [1.0, -2.0, 0.5]
w = np.zeros(3)
rate = 0.1
for _ in range(50):
    w -= rate * x.T @ (x @ w - y) / len(x)
loss = np.mean((x @ w - y) ** 2)
