# numpy calculates with whole tables.
import numpy as np

# A source of random numbers.
rng = np.random.default_rng(1)
X = np.array([[0, 0, 1],
    # This comment stands inside.
    [0, 1, 1]])  # (2 cases, 3 inputs)
a, b = 1, 2; total = (
    0)
for step in range(60_000):
    # The answer, in naïve spelling.
    l1 = 1 / (1 + np.exp(-(X @ w)))  # é (2 cases, 4 hidden)
    optimizer.zero_grad()
    loss.backward()
    w += X.T @ (y - l1)  # (3 inputs, 4 hidden)
print("# no comment", total)
