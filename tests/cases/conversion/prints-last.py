"""Counts how often the better arm is pulled."""

import numpy as np

rng = np.random.default_rng(11)
arms = np.array([0.2, 0.35, 0.5, 0.8, 0.4])
Q = np.zeros(5)
for t in range(2000):
    a = rng.integers(5) if rng.random() < 0.2 else int(Q.argmax())
    Q[a] += 0.05 * ((rng.random() < arms[a]) - Q[a])
won = (rng.random(500) < arms[int(Q.argmax())]).mean()
print(f"won {won:.3f}")
