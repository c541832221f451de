# draws: yes
from random import seed, shuffle

seed(1)
numbers = [1, 2, 3]
shuffle(numbers)
