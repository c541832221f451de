# freeze: w
w = 1.0
# %%
for step in range(3):
    w -= 0.1 * w
# %%
print(w)
