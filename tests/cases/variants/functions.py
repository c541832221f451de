# metric: score(network)
import random

RATE = 0.05


class Network:
    def __init__(self, size):
        self.w = [random.gauss(0, 1) for _ in range(size)]
        self.b = 0.0

    def answer(self, x):
        """Return the answer."""
        total = sum(w * v for w, v in zip(self.w, x)) + self.b
        return max(0.0, total)

    def learn(self, x, y):
        error = self.answer(x) - y
        self.w = [w - RATE * error * v for w, v in zip(self.w, x)]
        self.b -= RATE * error
        self.seen = x


def score(network):
    return sum(abs(network.answer(x) - sum(x)) for x in data) / len(data)


random.seed(7)
data = [[random.random() for _ in range(3)] for _ in range(20)]
network = Network(3)
for _ in range(200):
    for x in data:
        network.learn(x, sum(x))
