# ---
# title: A metric plays an episode
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: The cross-entropy method keeps a ball near the middle
#     metric: steps(mean)
#     goal: "> 70"
#     set: {generations: 0}
# ---

# %%
import numpy as np

rng = np.random.default_rng(47)


def steps(w, limit=100):
    x, v, done = 0.3, 0.0, 0
    for _ in range(limit):
        force = 1.0 if w[0] * x + w[1] * v > 0 else -1.0
        v += 0.1 * (x + 1.5 * force)
        x += 0.1 * v
        if abs(x) > 1:
            break
        done += 1
    return done


mean, spread = np.zeros(2), np.ones(2)
generations = 6
for generation in range(generations):
    samples = mean + spread * rng.normal(size=(12, 2))
    best = samples[np.argsort([-steps(w) for w in samples])[:4]]
    mean, spread = best.mean(axis=0), best.std(axis=0) + 0.05
