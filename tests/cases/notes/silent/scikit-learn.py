# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: accuracy_score(test_y, predicted)
#     goal: "> 0.9"
#     set: {max_iter: 1}
# ---

# %%
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

max_iter = 200
pixels, digits = load_digits(return_X_y=True)
train_X, test_X, train_y, test_y = train_test_split(pixels, digits, random_state=1)
model = MLPClassifier(max_iter=max_iter, random_state=1)
model.fit(train_X, train_y)
predicted = model.predict(test_X)
