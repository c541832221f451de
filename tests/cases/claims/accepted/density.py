# ---
# title: Density
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: nll
#     goal: "< 2.3"
#     freeze: [mu, log_s]
# ---

# %%
import numpy as np

rng = np.random.default_rng(8)
X = rng.normal(4, 2, size=300)
mu, log_s = 0.0, 0.0
for step in range(800):
    z = (X - mu) / np.exp(log_s)
    mu = mu + 0.05 * np.mean(z) / np.exp(log_s)
    log_s = log_s + 0.05 * np.mean(z ** 2 - 1)
nll = np.mean(0.5 * ((X - mu) / np.exp(log_s)) ** 2 + log_s + 0.919)
