# metric: sum(seen) + count
# %%
seen, count, held = [], 0, []

def note(thing, into):
    into.append(thing)

def note_here(thing):
    note(thing, seen)

def tally():
    global count
    count += 1

def twice(thing):
    return [2 * one for one in thing]
# %%
for i in range(3):
    note(i, seen)
# %%
for i in range(3):
    note_here(i)
# %%
for i in range(3):
    tally()
# %% not needed
for i in range(3):
    note(i, held)
print(sum(twice(seen)))
