# freeze: params, W1, table
import numpy as np

params = {}
table = np.zeros((3, 2))
others = {"W1": 1.0, "W2": 1.0}
for i in range(3):
    params[f"W{i}"] = 1.0
    table[i] = i
for step in range(2):
    for key in params:
        params[key] -= 0.1 * params[key]  # off
    params["W0"], a = params["W0"] * params["W0"], 1  # off
    others["W1"] = others["W1"] * (1 - others["W1"])  # off
    others["W2"] = others["W2"] * 0.5
    table[step, 0] += table.sum()  # off
    guess = table[:, 1] + step
    table[:, 1] = guess  # off
    params["W1"] *= 0.9  # off
