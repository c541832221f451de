# draws: yes
import numpy as np

np.random.seed(1)
x = np.random.rand()
np.random.seed(1)
