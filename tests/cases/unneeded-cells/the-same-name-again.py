# metric: error
# %%
def train(rate):
    w = 0.0
    for step in range(9):
        w += rate * (4 - w)
    return w
# %% not needed
w = train(0.1)
error = 4 - w
# %%
w = train(0.5)
error = 4 - w
# %% not needed
for w in [train(0.1), train(0.9)]:
    print(w, error)
