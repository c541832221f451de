# How fast it learns depends on the machine.
if fast:
    # A large step.
    rate = 0.5
elif slow:
    rate = 0.01
else:
    # A step of middle size.
    rate = 0.1
if fast: rate = 1
for step in range(10):
    if step % 2:
        w += rate
    else:
        if step > 4:
            w -= rate
        else:
            break
else:
    # It was never stopped.
    print("done")
while error > 0.1:
    error = measure(w)
else:
    error = 0
try:
    data = read("data.csv")
except (OSError, ValueError) as fault:
    # Without the file.
    data = made_up(fault)
except KeyError: data = None
else:
    print("read")
finally:
    close()
try:
    many()
except* OSError:
    pass
match kind:
    # Two kinds.
    case "bowl" | "cup":
        height = w ** 2
    case [first, *rest] if rest:
        height = first
    case _: height = 0
with open("notes") as notes, lock:
    text = notes.read()
def answer(x):
    if x > 0:
        return 1
    elif x < 0:
        return -1
    else:
        raise ValueError(x)
rng = np.random.default_rng(2)
torch.manual_seed(1)
x = np.random.default_rng(3).uniform()
