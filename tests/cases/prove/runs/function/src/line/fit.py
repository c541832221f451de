import random

from .model import Line


def score():
    generator = random.Random(1)
    line = Line(generator.gauss(0, 1))
    for _ in range(300):
        x = generator.uniform(-1, 1)
        line.step(x, 3 * x)
    return abs(line(1.0) - 3)
