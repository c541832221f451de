import os
import random
import time

import numpy as np

seed = int(time.time())
random.seed(seed)  # clock
seed = 1
random.seed(seed)
if len(os.sep) > 1:
    seed = os.getpid()
random.seed(seed)  # process
for seed in range(3):
    random.seed(seed)
a, b = int(time.time()), 2
random.seed(a)  # clock
random.seed(b)
both = int(time.time()), 2
random.seed(both[0])  # clock
random.seed(both[1])
settings = {"seed": 1, "began": time.time()}
random.seed(settings["seed"])
random.seed(settings["began"])  # clock
settings = dict(seed=os.getpid(), rate=1)
random.seed(settings["seed"])  # process
random.seed(settings["rate"])
while seed < 5:
    random.seed(seed)  # process
    seed = seed + os.getpid()
try:
    chosen = int(os.environ["SEED"])
except KeyError:
    chosen = time.time_ns()
random.seed(chosen)  # clock
if (guess := time.time_ns()) > 1:
    np.random.seed(guess % 10)  # clock
