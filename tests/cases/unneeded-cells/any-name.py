# metric: w
# %%
w = 0
# %%
for name in ["w"]:
    globals()[name] = 1
# %%
for i in range(3):
    print(i)
