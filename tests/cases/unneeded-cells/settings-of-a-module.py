# metric: float(x.sum())
# %%
import numpy as np
import torch

x = np.ones(3) / 3
# %%
torch.set_default_dtype(torch.float64)
for i in range(3):
    print(i)
# %%
np.core.some_setting = [i for i in range(3)]
# %% not needed
torch.manual_seed(1)
print([torch.rand(1) for i in range(3)])
