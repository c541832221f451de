import random
import time
import uuid
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split


def now():
    return int(time.time())


def generator(seed):
    return np.random.default_rng(seed)  # clock


def good(seed, *, extra=0):
    return np.random.default_rng([seed, extra])


def timed(seed):
    begin = time.time()
    rng = np.random.default_rng(seed)
    return rng, time.time() - begin


class Net:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)  # entropy
        self.began = time.time()
        self.count = 3

    def again(self):
        random.seed(self.began)  # clock
        random.seed(self.count)


class Own:
    def seed(self, number):
        self.number = number


@dataclass
class Settings:
    width: int
    began: float


def change():
    global kept
    kept = time.time_ns()


random.seed(now())  # clock
generator(1)
generator(now())
good(1, extra=2)
rng, seconds = timed(0)
rng, more = timed(1)
print(seconds, more)
Net(uuid.uuid4().int)
train_test_split([1, 2], random_state=now())  # clock
train_test_split([1, 2], random_state=0)
Own().seed(time.time())
later = lambda: time.time_ns()
random.seed(later())  # clock
kept = 0
change()
random.seed(kept)  # clock
settings = Settings(width=1, began=time.time())
random.seed(settings.width)
random.seed(settings.began)  # clock
