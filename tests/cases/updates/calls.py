# freeze: w, model
import numpy as np

w = np.ones((2, 2))
w.fill(0.5)
history = []
history.append(w)


class Model:
    def fit(self):
        self.seen = True

    def predict(self):
        return 1


model = Model()
for step in range(2):
    gradient = 0.1 * w
    np.subtract(w, gradient, out=w)  # off
    np.add(w, gradient, w)  # off
    np.add.at(w, ([0], [1]), gradient[0, 0])  # off
    np.copyto(w, gradient * 2)  # off
    scaled = np.multiply(w, gradient, out=w)  # off
    model.fit()  # off
    prediction = model.predict()
    history.append(w)
    print(w.sum())
