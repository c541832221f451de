# draws: yes
import numpy as np

x = np.random.default_rng(1).spawn(1)[0].random()
