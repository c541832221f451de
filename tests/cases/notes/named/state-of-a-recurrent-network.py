# ---
# title: x recurrent state
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: error
#     goal: "< 0.1"
#     freeze: [h]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
series = np.sin(np.arange(200) / 5) + 0.01 * rng.normal(size=200)
W, U = rng.normal(size=(12, 12)) * 0.25, rng.normal(size=12)
h, states = np.zeros(12), []
for x in series:
    h = np.tanh(W @ h + U * x)
    states.append(h)
states = np.array(states)
readout = np.linalg.lstsq(states[:-1], series[1:], rcond=None)[0]
error = np.abs(states[:-1] @ readout - series[1:]).mean()
