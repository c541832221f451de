# freeze: w, bias
class Line:
    def __init__(self):
        self.w = 0.1
        self.bias = 0.0
        self.seen = 0

    def __call__(self, x):
        return self.w * x + self.bias

    def step(self, x, y):
        error = self(x) - y
        self.w -= 0.1 * error * x  # off
        self.bias -= 0.1 * error  # off
        self.seen += 1


line = Line()
for step in range(5):
    line.step(step / 5, 3 * step / 5)
