def score(rate, steps=3):
    return rate * steps
