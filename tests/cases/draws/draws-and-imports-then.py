# draws: yes
import random

random.seed(1)
x = random.random()
import colorsys
