# ---
# title: Recurrent by hand
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: error
#     goal: "< 0.3"
#     freeze: [param]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
Wx, Wh = rng.normal(size=(8, 1)) * 0.5, np.eye(8) * 0.9
Wo = rng.normal(size=(1, 8)) * 0.1
state = np.zeros((8, 1))


def run(xs):
    hs = [np.zeros((8, xs.shape[1]))]
    for x in xs:
        hs.append(np.tanh(Wx @ x[None] + Wh @ hs[-1]))
    return hs, Wo @ hs[-1]


for step in range(400):
    bits = rng.choice([-1.0, 1.0], 16)
    xs = np.zeros((3, 16))
    xs[0] = bits
    hs, out = run(xs)
    state = np.tanh(Wh @ state + hs[-1].mean(axis=1, keepdims=True))
    d = (out - bits) / 16
    dWo, dh = d @ hs[-1].T, Wo.T @ d
    dWx, dWh = np.zeros_like(Wx), np.zeros_like(Wh)
    for t in reversed(range(3)):
        dz = dh * (1 - hs[t + 1] ** 2)
        dWx += dz @ xs[t][:, None]
        dWh += dz @ hs[t].T
        dh = Wh.T @ dz
    for param, dparam in zip([Wx, Wh, Wo], [dWx, dWh, dWo]):
        param -= 0.1 * dparam
test = np.array([-1.0, 1.0])
xs = np.zeros((3, 2))
xs[0] = test
error = np.mean((run(xs)[1] - test) ** 2)
