class Line:
    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w * x

    def step(self, x, y, rate=0.1):
        self.w -= rate * (self(x) - y) * x
