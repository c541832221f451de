# %% [markdown]
# # Reads files

# %%
import numpy as np

points = np.loadtxt("./points.csv", delimiter=",")
more = np.loadtxt("data/more.csv", delimiter=",")
other = np.loadtxt("tables/other.csv", delimiter=",")
absent = ["absent.csv", "helpers.py", "../conversion/points.csv", "", ".", "data"]
print(points, more, other)
