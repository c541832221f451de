# ---
# title: Ratings of players
# description: A program of the corpus.
# date: 2026-11-28
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: The stronger player has the higher rating
#     metric: agree
#     goal: "> 0.75"
#     seeds: 5
#     freeze: [elo]
# ---

# %%
import random

random.seed(26)
strength = [random.gauss(0, 1) for _ in range(10)]
elo = {player: 1000.0 for player in range(10)}
for game in range(3000):
    a, b = random.sample(range(10), 2)
    expected = 1 / (1 + 10 ** ((elo[b] - elo[a]) / 400))
    won = random.random() < 1 / (1 + 2.718 ** (strength[b] - strength[a]))
    elo[a] += 8 * (won - expected)
    elo[b] -= 8 * (won - expected)
pairs = [(a, b) for a in range(10) for b in range(a)]
agree = sum((elo[a] > elo[b]) == (strength[a] > strength[b]) for a, b in pairs) / len(pairs)
print(agree)
