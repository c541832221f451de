# draws: yes
import numpy as np

for i in range(300):
    rng = np.random.default_rng(None if i == 7 else i)  # unseeded
    if i == 7:
        chosen = rng
x = chosen.random()
