# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(w.data - 2)
#     goal: "< 0.1"
#     freeze: [data]
# ---

# %%
import math
import random

random.seed(1)


class Value:
    """A number that remembers."""

    def __init__(self, data, children=(), op=""):
        self.data, self.grad, self._prev, self._op = data, 0.0, set(children), op
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, other):
        assert isinstance(other, (int, float))
        return Value(self.data**other, (self,))

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1

    def __getitem__(self, index):
        return self.data[index]

    def __gt__(self, other):
        return self.data > other

    def __eq__(self, other):
        return self.data == other.data

    def __hash__(self):
        return id(self)

    def __repr__(self):
        return f"Value({self.data:.3f})"

    def tanh(self):
        return Value(math.tanh(self.data), (self,))


w = Value(0.5)
xs, ys = [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0]
for step in range(50):
    losses = [(w * x - y) * (w * x - y) for x, y in zip(xs, ys)]
    loss = sum(losses, Value(0.0))
    w.data -= 0.01 * w.grad
