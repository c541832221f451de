"""Digits by a linear classifier, one batch of 50 after the other."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier

pixels, digits = load_digits(return_X_y=True)
train, test = slice(None, 1400), slice(1400, None)
model = SGDClassifier(random_state=1)
model.partial_fit(pixels[:1], digits[:1], classes=np.arange(10))
for start in range(0, 1400, 50):
    model.partial_fit(pixels[start : start + 50], digits[start : start + 50])
accuracy = model.score(pixels[test], digits[test])
