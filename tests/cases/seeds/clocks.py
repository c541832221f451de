import random
import time
from datetime import datetime
from time import perf_counter as ticks

import numpy as np
import torch

random.seed(time.time())  # clock
random.seed(ticks())  # clock
random.seed(datetime.now().microsecond)  # clock
random.seed(int(__import__("time").time()))  # clock
np.random.default_rng(time.time_ns() % 1000)  # clock
np.random.default_rng(seed=int(time.strftime("%H")))  # clock
torch.Generator().manual_seed(int(time.time()))  # clock
now = time.monotonic
random.Random(now())  # clock

start = time.time()
rng = np.random.default_rng(0)
random.seed(len(time.strftime("%H", (2026, 1, 2, 3, 4, 5, 4, 2, 0))))
np.random.default_rng(rng.integers(9))
print(f"{time.time() - start:.1f} s")
