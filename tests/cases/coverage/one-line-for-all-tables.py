# 1 of 1
# freeze: value
import numpy as np


class Table:
    def __init__(self, value):
        self.value = value


tables = [Table(np.ones((3, 2))), Table(np.zeros(4))]
for step in range(5):
    for table in tables:
        table.value = table.value - 0.1 * (table.value + 1)
