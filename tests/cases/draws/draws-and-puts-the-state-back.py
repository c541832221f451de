# draws: yes
import random

random.seed(1)
state = random.getstate()
x = random.random()
random.setstate(state)
