# metric: w + v + b
import numpy as np
import torch

rng = np.random.default_rng(1)
w = 0.2 * rng.normal(0, 0.3, (12, 30)) - 0.01
v, scale = rng.uniform(-0.5, 0.5, 30), 1.5
b = rng.uniform(low=-0.4, high=0.5, size=30 + 10)
b = b + 0.1 * rng.normal(0, 0.3, 40)
start = torch.randn(30 + 10)
w -= start
v -= scale
