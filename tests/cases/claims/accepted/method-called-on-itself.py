# ---
# title: Method called on itself
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: model.error(xs, ys)
#     goal: "< 0.05"
#     freeze: [w, b]
# ---

# %%
import random
from dataclasses import dataclass


@dataclass
class Line:
    w: float = 0.0
    b: float = 0.0

    def __call__(self, x):
        return self.w * x + self.b

    def error(self, xs, ys):
        return sum((self(x) - y) ** 2 for x, y in zip(xs, ys)) / len(xs)


random.seed(6)
xs = [random.uniform(-2, 2) for _ in range(50)]
ys = [-1.5 * x + 0.7 for x in xs]
model = Line()
for epoch in range(20):
    for x, y in zip(xs, ys):
        d = model(x) - y
        model.w = model.w - 0.05 * d * x
        model.b = model.b - 0.05 * d
