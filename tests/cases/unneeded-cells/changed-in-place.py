# metric: table.sum()
# %%
import numpy as np

table = np.zeros((3, 3))
row, whole, other = table[0], table.reshape(9), np.zeros(9)
# %%
for i in range(3):
    row[i] = 1
# %%
for i in range(9):
    whole[i] += 1
# %% not needed
for i in range(9):
    other[i] += 1
# %%
for i in range(3):
    np.add(table[i], 1, out=table[i])
# %%
np.random.default_rng(1).shuffle(table)
for i in range(3):
    table.sort()
