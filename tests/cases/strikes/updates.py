# freeze: w, b
import numpy as np

w = np.zeros(2)  # a start
b, rate = 0.0, 0.1
for step in range(3):
    error = w.sum() + b - 1
    w -= rate * error  # the first weight moves
    b = (
        b

        - rate * error
    )
    ö = 1; w += 0.1 * w; b -= 0.1 * b
    if error < 0: w *= 1.5
    loss, w = error**2, w - rate * error  # both at once
    kept = w = w - rate * w
    np.subtract(w, rate * error, out=w)
    w[:] = error * w.sum()
