# ---
# title: Two moons
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It separates the two moons
#     metric: accuracy
#     goal: "> 0.83"
#     seeds: 5
#     freeze: [data]
# ---

# %%
import random

import numpy as np

np.random.seed(26)
random.seed(26)
turn = np.pi * np.random.rand(20)
y = np.arange(20) % 2 * 2 - 1
X = np.where(
    y < 0,
    [np.cos(turn), np.sin(turn)],
    [1 - np.cos(turn), 0.5 - np.sin(turn)],
).T + 0.1 * np.random.randn(20, 2)


class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad = data, 0.0
        self.parents = parents
        self.back = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def back():
            self.grad += out.grad
            other.grad += out.grad

        out.back = back
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.back = back
        return out

    def relu(self):
        out = Value(np.maximum(self.data, 0), (self,))

        def back():
            self.grad += (out.data > 0) * out.grad

        out.back = back
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1 / len(self.data)
        for node in reversed(order):
            node.back()


class Neuron:
    def __init__(self, inputs, bends=True):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(inputs)]
        self.b = Value(0.0)
        self.bends = bends

    def __call__(self, x):
        total = self.b
        for wi, xi in zip(self.w, x):
            total = total + wi * xi
        return total.relu() if self.bends else total

    def parameters(self):
        return self.w + [self.b]


class MLP:
    def __init__(self, *sizes):
        last = len(sizes) - 2
        self.layers = [
            [Neuron(inputs, bends=i < last) for _ in range(outputs)]
            for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:]))
        ]

    def __call__(self, x):
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0]

    def parameters(self):
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]


model = MLP(2, 8, 8, 1)


def loss():
    scores = model([Value(column) for column in X.T])
    total = (Value(1.0) + Value(-y) * scores).relu()
    for p in model.parameters():
        total = total + Value(1e-4) * p * p
    return total, ((y > 0) == (scores.data > 0)).mean()


for step in range(35):
    total, accuracy = loss()
    for p in model.parameters():
        p.grad = 0.0
    total.backward()
    rate = 1.0 - 0.9 * step / 35
    for p in model.parameters():
        p.data -= rate * np.sum(p.grad)
