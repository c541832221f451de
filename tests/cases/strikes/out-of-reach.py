# freeze: w
import numpy as np

w = np.ones(2)
for step in range(3):
    now = np.multiply(w, w, out=w)
