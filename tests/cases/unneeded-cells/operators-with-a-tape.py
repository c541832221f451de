# metric: len(tape)
# %%
tape = []

class Number:
    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        tape.append((self, other))
        return Number(self.value * other.value)
# %%
total = Number(1)
for i in range(3):
    total = total * Number(i)
