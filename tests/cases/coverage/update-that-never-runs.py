# 1 of 2: bias 9
# freeze: w bias
import numpy as np

w, bias, rate = np.ones(3), np.zeros(2), 0.5
for step in range(5):
    w -= rate * w
    if rate > 1:
        bias -= rate * (bias + 1)
