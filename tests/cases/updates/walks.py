# freeze: W, params
import numpy as np

W, b = np.ones(2), np.ones(1)
params = [np.ones(2)]
for step in range(2):
    slopes = [0.1 * W, 0.1 * b]
    for p, g in zip([W, b], slopes):
        p -= g  # off
    grads = [0.1 * p for p in params]
    for i, q in enumerate(params):
        q -= grads[i]  # off
