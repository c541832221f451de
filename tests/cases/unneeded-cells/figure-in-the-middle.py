# metric: error
# %%
import numpy as np

w = 0.0
# %% not needed
import matplotlib.pyplot as plt

plt.plot(np.arange(10))
plt.show()
# %%
for step in range(30):
    w += 0.5 * (4 - w)
error = abs(4 - w)
# %% not needed
for rate in [0.1, 1.0]:
    print(rate * w)
