# 2 of 2
# freeze: w v
import numpy as np

w, v = np.ones(3), np.ones(2)
for step in range(5):
    w -= 0.1 * w
    v -= 0.1 * v
