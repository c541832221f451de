# freeze: W, best, table, share, known


class Layer:
    W = None

    def step(self, x):
        new = x if self.W is None else self.W - 0.1 * x
        self.W = new
        self.best = max(self.W, x)


def train(best, start=None, *, table=None):
    for i in range(3):
        candidate = best + i
        best = candidate
        start = table
        table = start or best
    return best


def with_types():
    share: float = 1.0
    known: object = None
    for i in range(3):
        smaller = share / 2
        share = smaller
        found = known or smaller
        known = found


layer, table, best = Layer(), {}, 1.0
for i in range(3):
    layer.step(best)
    score = table.get(i, 0) + best
    table[i] = score
train(best)
