# %% [markdown]
# # Drawing first

# %%
import random
import math
print(random.random())
