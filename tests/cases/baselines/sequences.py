# learns: w, a, c, level, v
# ((windows @ w - following) ** 2).mean()
# np.abs(a * series[:-1] - series[1:]).mean()
# error
# ((powers @ c - curve) ** 2).mean()
# (guessed == text[1:]).mean()
# np.abs(np.array(guesses[1:]) - series[1:]).mean()
# np.abs(np.array(read) - curve[60:]).mean()
# ((before * v - after) ** 2).mean()
import numpy as np

series = np.sin(np.arange(200) / 20)
windows = np.stack([series[i : i + 5] for i in range(190)])
following = series[5:195]
inputs, targets = series[:-1], series[1:]
w, a = np.zeros(5), 0.0
for step in range(100):
    w -= 0.1 * windows.T @ (windows @ w - following) / 190
    a -= 0.1 * ((a * inputs - targets) * inputs).mean()
error = np.abs(a * inputs - targets).mean()

# Sorted points are no sequence: their neighbours are not given to the network.
x = np.linspace(-1, 1, 100)
curve = np.sin(3 * x)
powers = np.stack([x**i for i in range(4)], axis=1)
c = np.zeros(4)
for step in range(100):
    c -= 0.1 * powers.T @ (powers @ c - curve) / 100

text = np.frombuffer(b"hello moon, hello sun. " * 9, dtype=np.uint8)
chances = np.zeros((256, 256))
for one, other in zip(text[:-1], text[1:]):
    chances[one, other] += 1
guessed = chances[text[:-1]].argmax(1)

# Each value was known when the next was guessed.
level, guesses = 0.0, []
for value in series:
    guesses.append(level)
    level += 0.9 * (value - level)

# Points that are read one by one after training are none.
read = []
for point in powers[60:]:
    read.append(point @ c)

# Around a level that moves slowly, the mean of some values before says more than the last one.
shaky = series + 0.3 * np.cos(np.arange(200) ** 2)
before, after = shaky[:-1], shaky[1:]
v = 0.0
for step in range(100):
    v -= 0.1 * ((v * before - after) * before).mean()
