# metric: rules["second"](2) + shifted(1)
# %%
from functools import partial

def first(x):
    return x

def second(x):
    return gain * x

def shift(x, by):
    return x + by + offset

rules = {"first": first, "second": second}
shifted = partial(shift, by=1)
# %%
gain = sum(i for i in range(3))
# %%
offset = sum(i for i in range(4))
# %% not needed
loss = sum(i for i in range(5))
