# learns: w, syn0, W, value
w = 1
for rate in [1, 2]:
    w = start
    for step in range(3):
        slope = 2 * w
        w -= rate * slope
for step in range(3):
    l2, W["a"] = f(W["a"], 1)
    syn0 = np.add(syn0, 3, out=syn0)
    np.subtract(syn0, 3, out=syn0)
    better = syn0 + 1
    syn0 = better
    syn0 = GOOD
    syn0[:] = syn0 * 2
    losses += loss(w)


class Tensor:
    def __init__(self, value):
        self.value, self.slope = value, 0

    def step(self):
        for tensor in self.weights:
            tensor.value = tensor.value - tensor.slope
            tensor.slope = 0


def moved(w, change):
    w = w + change
    return w


while error > 1:
    w.sub_(3)
w += 1
