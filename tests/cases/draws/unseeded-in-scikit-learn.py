# draws: yes
import numpy as np
from sklearn.model_selection import train_test_split

a, b = train_test_split(np.arange(9))  # unseeded
