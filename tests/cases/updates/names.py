# freeze: w, b
import numpy as np

w = np.ones(3)
w *= 0.1
w, other = w * 2, 3
b = 0.0
for step in range(3):
    w -= 0.1 * w  # off
    w = w - 0.1 * w  # off
    w *= 0.99  # off
    b: float = b + 1.5 * b  # off
    new = b * 2
    b = new  # off
    loss, b = b, b * b  # off
    w, b = w * w, b * b  # off
    wb = w
    print(w, b)
w = w.round(2)
