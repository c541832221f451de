# ---
# title: Counted words, the best by score
# description: A program of the corpus.
# date: 2026-11-28
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It classifies letters as good or bad
#     metric: hit
#     goal: "> 0.75"
#     seeds: 5
#     tally: [words]
#     baseline: "0.55"
# ---

# %%
import random
from collections import Counter, defaultdict

random.seed(23)
good = "lovely warm soft wool happy bright".split()
bad = "cold wet grim dull awful mud".split()
both = "the sheep farm night day field grass".split()


def letter(kind):
    own = good if kind == "good" else bad
    return [random.choice(own if random.random() < 0.4 else both) for _ in range(8)]


mail = [(kind, letter(kind)) for kind in random.choices(["good", "bad"], k=200)]
words = defaultdict(Counter)
for kind, letters in mail[:120]:
    for word in letters:
        words[kind][word] += 1


def guess(letters):
    def score(kind):
        product = 1.0
        for word in letters:
            product *= (words[kind][word] + 1) / (sum(words[kind].values()) + 19)
        return product

    return max(["good", "bad"], key=score)


hit = sum(guess(letters) == kind for kind, letters in mail[120:]) / 80
print(hit)
