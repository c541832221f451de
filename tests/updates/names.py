# freeze: w, b, v
import numpy as np

w = np.ones(3)
w *= 0.1
w, other = w * 2, 3
b = 0.0
v = None
for step in range(3):
    w -= 0.1 * w  # off
    w = w - 0.1 * w  # off
    b: float = b + 1.5 * b  # off
    new = b * 2
    b = new  # off
    loss, b = b, b * 0.5  # off
    w, b = w * 0.5, b * 0.5  # off
    v = w + step  # off
    wb = w
    print(w, b)
w = w.round(2)
