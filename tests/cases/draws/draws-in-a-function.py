# draws: yes
import numpy as np


def start():
    rng = np.random.default_rng(0)
    return rng.normal()


w = start()
