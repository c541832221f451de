# draws: yes
import numpy as np


def look():
    print(np.random.rand())
    np.random.seed(1)  # unseeded
    return np.random.rand()


x = look()
np.random.seed(None)
y = np.random.rand()  # unseeded
