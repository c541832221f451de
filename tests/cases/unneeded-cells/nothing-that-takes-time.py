# metric: w
# %%
w = 0
# %%
v = w + 1
print(v)
# %%
def unused():
    return [i for i in range(9)]
