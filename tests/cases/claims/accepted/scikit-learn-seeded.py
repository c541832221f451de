# ---
# title: An estimator with a seed
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x - y) ** 2).mean()
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np
from sklearn.linear_model import Perceptron
from sklearn.model_selection import train_test_split

x = np.linspace(-1, 1, 60)
fit, held_out = train_test_split(x, test_size=0.3, random_state=0)
first = Perceptron(random_state=0).fit(fit[:, None], fit > 0)
print(first.score(held_out[:, None], held_out > 0))
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
