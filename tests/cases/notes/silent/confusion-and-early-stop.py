# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: 2 * precision * recall / (precision + recall)
#     goal: "> 0.8"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X[:, 0] > 0).astype(int)
train, test = slice(0, 150), slice(150, 200)
w, best_loss, best_w, wait = np.zeros(3), np.inf, None, 0
history = {"loss": [], "accuracy": []}
for epoch in range(300):
    p = 1 / (1 + np.exp(-X[train] @ w))
    w -= X[train].T @ (p - y[train]) / 150
    q = np.clip(1 / (1 + np.exp(-X[test] @ w)), 1e-9, 1 - 1e-9)
    loss = -(y[test] * np.log(q) + (1 - y[test]) * np.log(1 - q)).mean()
    history["loss"].append(loss)
    history["accuracy"].append(((q > 0.5) == y[test]).mean())
    if loss < best_loss:
        best_loss, best_w, wait = loss, w.copy(), 0
    else:
        wait += 1
    if wait > 10:
        break
predicted = np.where(X[test] @ best_w > 0, 1, 0)
confusion = np.zeros((2, 2), dtype=int)
for truth, guess in zip(y[test], predicted):
    confusion[truth, guess] += 1
precision = confusion[1, 1] / max(1, confusion[:, 1].sum())
recall = (predicted[y[test] == 1] == 1).mean()
