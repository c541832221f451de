"""Digits by a classifier that counts its steps in whole numbers."""

from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

pixels, digits = load_digits(return_X_y=True)
max_iter = 20
model = LogisticRegression(max_iter=max_iter).fit(pixels[:1400] / 16, digits[:1400])
accuracy = model.score(pixels[1400:] / 16, digits[1400:])
