"""A line fitted to three points; its check draws from a generator without a seed."""

import numpy as np

x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])


def slope(w, b):
    return 2 * np.mean((w * x + b - y) * x), 2 * np.mean(w * x + b - y)


w = b = 0.0
point = np.random.randn()
change = (point + 1e-6 - point) * slope(w, b)[0]
print("checked at", point, "change", change)
for step in range(300):
    dw, db = slope(w, b)
    w -= 0.1 * dw
    b -= 0.1 * db
error = np.mean((w * x + b - y) ** 2)
