# %% [markdown]
# # A script
#
# With a paragraph.

# %%
# %matplotlib inline
import numpy as np

print(np.zeros(2))
