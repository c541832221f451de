# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: smooth / 10
#     goal: "< 1"
#     freeze: [part]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
text = "abcd" * 30
chars = sorted(set(text))
code = {c: i for i, c in enumerate(chars)}
Wxh, Whh = 0.1 * rng.normal(size=(8, 4)), 0.1 * rng.normal(size=(8, 8))
Why, bh, by = 0.1 * rng.normal(size=(4, 8)), np.zeros((8, 1)), np.zeros((4, 1))


def loss_fun(inputs, targets, hprev):
    xs, hs, ps, loss = {}, {-1: np.copy(hprev)}, {}, 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((4, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        scores = Why @ hs[t] + by
        ps[t] = np.exp(scores) / np.sum(np.exp(scores))
        loss += -np.log(ps[t][targets[t], 0])
    grads = [np.zeros_like(part) for part in (Wxh, Whh, Why, bh, by)]
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        grads[2] += dy @ hs[t].T
        grads[4] += dy
        dhraw = (1 - hs[t] * hs[t]) * (Why.T @ dy + dhnext)
        grads[3] += dhraw
        grads[0] += dhraw @ xs[t].T
        grads[1] += dhraw @ hs[t - 1].T
        dhnext = Whh.T @ dhraw
    return loss, grads, hs[len(inputs) - 1]


memory = [np.zeros_like(part) for part in (Wxh, Whh, Why, bh, by)]
hprev, smooth = np.zeros((8, 1)), 40.0
for n in range(300):
    start = (n * 10) % 100
    inputs = [code[c] for c in text[start : start + 10]]
    targets = [code[c] for c in text[start + 1 : start + 11]]
    loss, grads, hprev = loss_fun(inputs, targets, hprev)
    smooth = 0.9 * smooth + 0.1 * loss
    for part, grad, mem in zip([Wxh, Whh, Why, bh, by], grads, memory):
        mem += grad * grad
        part += -0.1 * grad / np.sqrt(mem + 1e-8)
