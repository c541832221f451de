# freeze: w, counts, model
from collections import Counter

import numpy as np

w = np.ones((2, 2))
w.fill(0.5)
counts = Counter()
history = []
history.append(w)


class Model:
    def fit(self):
        self.seen = True

    def predict(self):
        return 1


model = Model()
for step in range(2):
    np.subtract(w, 0.1, out=w)  # off
    np.add(w, 0.1, w)  # off
    np.add.at(w, ([0], [1]), 0.5)  # off
    np.copyto(w, w * 2)  # off
    scaled = np.multiply(w, 2.0, out=w)  # off
    w.sort()  # off
    counts.update("abc")  # off
    model.fit()  # off
    prediction = model.predict()
    history.append(w)
    print(w.sum())
