# draws: no
import numpy as np

generators = [np.random.default_rng(i) for i in range(50)]
again = np.random.default_rng(generators[0])
