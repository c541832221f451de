# ---
# title: Adam written by hand
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns spirals
#     metric: accuracy
#     goal: "> 0.9"
#     freeze: [W1, b1, W2, b2]
# ---

# %%
import numpy as np
from dataclasses import dataclass, field
rng = np.random.default_rng(26)
n = np.sqrt(rng.random(400)) * 360 * np.pi / 180
arm = np.arange(400) % 2
X = np.column_stack([np.cos(n) * n, np.sin(n) * n]) * np.where(arm == 0, 1, -1)[:, None] / 5
X, y = X + 0.03 * rng.normal(size=X.shape), arm

@dataclass
class Adam:
    params: list
    lr: float = 0.01
    t: int = 0
    m: list = field(default_factory=list)
    v: list = field(default_factory=list)

    def step(self, grads):
        self.t += 1
        if not self.m:
            self.m, self.v = [0 * p for p in self.params], [0 * p for p in self.params]
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            m_hat, v_hat = self.m[i] / (1 - 0.9**self.t), self.v[i] / (1 - 0.999**self.t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)

W1, b1, W2, b2 = rng.normal(size=(2, 40)), np.zeros(40), 0.2 * rng.normal(size=(40, 1)), np.zeros(1)
adam = Adam([W1, b1, W2, b2])
for step in range(300):
    h = np.tanh(X[:300] @ W1 + b1)
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = (p - y[:300, None]) / 300
    dh = d @ W2.T * (1 - h**2)
    adam.step([X[:300].T @ dh, dh.sum(0), h.T @ d, d.sum(0)])
accuracy = ((np.tanh(X[300:] @ W1 + b1) @ W2 + b2 > 0).ravel() == y[300:]).mean()
