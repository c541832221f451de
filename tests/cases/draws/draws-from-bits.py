# draws: yes
import numpy as np

x = np.random.Generator(np.random.SFC64(1)).random()
