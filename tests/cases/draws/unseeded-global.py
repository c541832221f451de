# draws: yes
import random

import numpy as np

x = random.random()  # unseeded
y = np.random.permutation(3)  # unseeded
z = np.random.rand()
