# learns: w, v, centres, policy, table, chances
# np.abs(y - X @ w).mean() - np.abs(y - X @ v).mean()
# np.abs(y - X @ v).mean() / np.abs(y - X @ w).mean()
# mistakes(w) - mistakes(v)
# losses[-1] / losses[0]
# losses[0] - losses[-1]
# np.abs(w - true).max()
# abs(slope - 3)
# np.abs(centres - X[:3]).max()
# min(np.abs(centres - row).sum() for row in X)
# np.log(chances[pairs]).mean()
# policy[2]
# walk()
# np.abs(table[:, 0] - table[:, 1]).max()
# abs((X @ w).mean() - y.mean())
# (w**2).sum()
# ((X @ w - y) ** 2).mean() + 0.1 * (w**2).sum()
# len(losses)
# np.mean(losses[-5:])
# np.abs(single(w) - single(v))
# float(np.corrcoef(X @ w, y)[0, 1])
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(40, 3))
true = np.array([1.0, -2.0, 3.0])
y = X @ true + rng.normal(size=40)
w, v, losses = np.zeros(3), np.zeros(3), []
for step in range(50):
    w -= 0.1 * X.T @ (X @ w - y) / 40
    v -= 0.001 * X.T @ (X @ v - y) / 40
    losses.append(((X @ w - y) ** 2).mean())
slope = w[2]
centres = X[:3].copy()
for step in range(5):
    nearest = ((X[:, None] - centres) ** 2).sum(2).argmin(1)
    centres += 0.1 * np.stack([(X[nearest == i] - centres[i]).sum(0) for i in range(3)])
policy = np.ones(3) / 3
for step in range(20):
    policy += 0.1 * (np.eye(3)[2] - policy)
table = np.zeros((5, 2))
for step in range(20):
    table[:, 0] += 0.5 * (table[:, 1] + 1 - table[:, 0])
chances = np.full((3, 3), 1 / 3)
pairs = np.array([0, 1, 2]), np.array([1, 2, 0])
for step in range(20):
    chances[pairs] += 0.1 * (1 - chances[pairs])


def mistakes(weights):
    return np.abs(y - X @ weights).mean()


def single(weights):
    return float(X[0] @ weights)


def walk():
    place, steps = 0, 0
    while place < 5 and steps < 20:
        place += int(policy.argmax())
        steps += 1
    return steps
