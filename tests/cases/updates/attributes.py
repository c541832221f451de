# freeze: W, data, alpha
class Layer:
    W = 3

    def __init__(self, data):
        self.data = data
        self.W = data * 0.5
        self.W *= 2
        self.alpha = 0.0

    def set(self, new):
        self.data = new  # off

    def step(self, rate):
        self.W -= rate * self.W  # off
        self.W = self.W - rate * (self.W + self.data)  # off
        setattr(self, "alpha", self.alpha * self.alpha + self.W)  # off
        self.W_other = self.W


layers = [Layer(1.0), Layer(2.0)]
for layer in layers:
    layer.step(0.1)
    layer.data += layer.W  # off
    layer.set(layer.data * 3.0)
