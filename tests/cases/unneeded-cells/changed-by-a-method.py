# metric: net.answer(1)
# %%
class Net:
    def __init__(self):
        self.weights = [0.0, 0.0]

    def answer(self, x):
        return x * self.weights[0] + scale

    def learn(self, x, y):
        self.weights[0] += 0.1 * (y - self.answer(x))
        return self.weights[0]

net, other = Net(), Net()
# %%
scale = 1.0
# %%
history = [net.learn(1, 2) for step in range(9)]
# %% not needed
history = [other.learn(1, 2) for step in range(9)]
# %% not needed
for step in range(9):
    print(net.answer(step))
# %%
for weights in [net.weights]:
    weights[1] = 0.5
