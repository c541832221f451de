# draws: yes
import copy

import numpy as np

rng = np.random.RandomState(1)
x = copy.deepcopy(rng).rand()
