"""Which of the names that a claim lists are what learns."""

from __future__ import annotations

import ast

import pytest

from site_tools.analysis.data_names import Data, is_made_from_data, made_from
from site_tools.analysis.listed_names import (
    Listed,
    answers,
    computed_anew,
    is_part_of_the_answer,
    is_read_to_answer,
    only_selects,
)
from site_tools.analysis.unlisted_names import others_that_learn
from site_tools.analysis.update_candidates import lists_to_try, tallies_to_try

SLOPE = """
x = load()
y = 3 * x
slope, rate, steps = 0.0, 0.1, 0
for step in range(9):
    error = slope * x - y
    slope -= rate * (error * x).mean()
    rate *= 0.9
    steps += 1
loss = ((slope * x - y) ** 2).mean()
"""

TWO_LAYERS = """
for step in range(9):
    l1 = f(X @ syn0)
    l2 = f(l1 @ syn1)
    d2 = (y - l2) * l2
    d1 = d2 @ syn1.T * l1
    syn1 += l1.T @ d2
    syn0 += X.T @ d1
"""

BATCH_NORM = """
mean = zeros(3)
for step in range(9):
    h = X @ W
    mean = 0.9 * mean + 0.1 * h.mean(0)
    d = (h - h.mean(0)) @ v - y
    v -= 0.1 * h.T @ d
    W -= 0.1 * X.T @ d
answer = (X @ W - mean) @ v
"""

RECURRENT = """
for epoch in range(9):
    h = zeros(4)
    for token, target in pairs:
        h = tanh(Wx[token] + Wh @ h)
        d = Wo @ h - target
        Wo -= 0.1 * outer(d, h)
        Wh -= 0.1 * outer(Wo.T @ d, h)
        Wx[token] -= 0.1 * Wo.T @ d
loss = d @ d
"""

MOMENTUM = """
for step in range(9):
    g = X.T @ (X @ w - y)
    v = 0.9 * v + g
    w -= 0.1 * v
"""


def parsed(program: str) -> list[ast.Module]:
    return [ast.parse(program)]


ADAM = """
class Adam:
    def update(self, w, slope):
        self.v = 0.9 * self.v + 0.1 * slope
        self.step = self.v * 0.1
        return w - self.step
class Net:
    def back(self):
        self.W = self.optimizer.update(self.W, f(self.W))
net = Net()
for i in range(9):
    net.back()
"""

IN_A_BOX = """
def loss_of(model):
    W = model["W"]
    loss = 0
    for x in data:
        loss += f(x @ W)
    return loss
for i in range(9):
    W = model["W"]
    W += g(W, data)
    model["W"] = W
    loss = loss_of(model)
"""


@pytest.mark.parametrize(
    ("program", "name", "anew"),
    [
        (SLOPE, "error", True),
        (SLOPE, "slope", False),
        (TWO_LAYERS, "l1", True),
        (TWO_LAYERS, "syn0", False),
        ("for s in r:\n    a = pick(Q, s)\n    Q[s, a] += a - Q[s, a]\n", "a", True),
        ("for s in r:\n    new = w - f(w)\n    w = new\n", "w", False),
        ("for s in r:\n    if f(b) > 1:\n        b = c\n    c = b + 1\n", "b", False),
        ("def f():\n    return w\nfor s in r:\n    g = f()\n    w = g - 1\n", "w", False),
    ],
)
def test_name_that_is_computed_anew_in_each_step(program: str, name: str, *, anew: bool) -> None:
    assert (computed_anew(parsed(program), name) is not None) == anew


@pytest.mark.parametrize(
    ("program", "metric", "freeze", "used"),
    [
        (SLOPE, "loss", ["slope"], True),
        (SLOPE, "abs(slope - 3)", ["rate"], False),
        (TWO_LAYERS, "abs(y - l2).mean()", ["syn0"], True),
        (MOMENTUM, "((X @ w - y) ** 2).mean()", ["w"], True),
        (MOMENTUM, "((X @ w - y) ** 2).mean()", ["v"], False),
        (MOMENTUM, "0.97", ["w"], False),
        (RECURRENT, "loss", ["Wx", "Wh", "Wo"], True),
        ("while s != 6:\n    s = move(Q[s])\n    n += 1\n    Q[s] += n - Q[s]\n", "n", ["Q"], True),
    ],
)
def test_answer_is_made_with_what_is_listed(
    program: str, metric: str, freeze: list[str], *, used: bool
) -> None:
    assert answers(parsed(program), Listed(metric, freeze)) == used


@pytest.mark.parametrize(
    ("program", "metric", "freeze", "others"),
    [
        (SLOPE, "loss", ["slope"], []),
        (SLOPE, "loss", ["error"], ["slope"]),
        (TWO_LAYERS, "abs(y - l2).mean()", ["syn0", "syn1"], []),
        (TWO_LAYERS, "abs(y - l2).mean()", ["syn1"], ["syn0"]),
        (MOMENTUM, "((X @ w - y) ** 2).mean()", ["w"], []),
        (BATCH_NORM, "abs(answer - y).mean()", ["W", "v"], []),
        (BATCH_NORM, "abs(answer - y).mean()", ["mean"], ["v", "W"]),
        (RECURRENT, "loss", ["Wx", "Wh", "Wo"], []),
        (ADAM, "abs(net.W)", ["W"], []),
        (ADAM, "abs(net.W)", ["v"], ["W"]),
        (IN_A_BOX, "loss", ["W"], []),
        (MOMENTUM + "    ema = 0.9 * ema + 0.1 * w\n", "f(ema)", ["w"], []),
        (MOMENTUM + "    smooth = 0.9 * smooth + 0.1 * f(w)\n", "smooth", ["w"], []),
        (MOMENTUM + "    if f(w) < best:\n        best = f(w)\n", "best", ["w"], []),
    ],
)
def test_others_that_learn_while_names_are_frozen(
    program: str, metric: str, freeze: list[str], others: list[str]
) -> None:
    found = others_that_learn(parsed(program), Listed(metric, freeze))
    assert [one.names[0] for one in found] == others


@pytest.mark.parametrize(
    ("program", "metric", "read"),
    [
        ("for a, b in pairs:\n    n[a, b] += 1\np = n / n.sum()\n", "log(p[x, z])", True),
        ("for p in data:\n    n += outer(p, p)\n", "(sign(n @ noisy) == data).mean()", True),
        ("for x, z in data:\n    n += f(x) == z\n", "n / len(data)", False),
        ("total = 0\nfor x, z in data:\n    n += f(x) == z\n    total += 1\n", "n / total", False),
        ("for x, z in data:\n    n[z] += f(x) == z\n    seen[z] += 1\n", "(n / seen).sum()", False),
        ("for x in data:\n    n = n - x\n    losses.append(exp(n) @ x)\n", "losses[-1]", True),
        ("for i in range(9):\n    n[i] = labels[i]\n", "(n == labels).mean()", False),
        (
            "for x, z in data:\n    n.append(x)\n    named.update({x: z})\np = vote(n, named)\n",
            "p",
            True,
        ),
        ("for i in range(9):\n    n[i, f(x)] += 1\nprint(n, x)\n", "n.trace() / n.sum()", False),
    ],
)
def test_tally_that_is_read_to_answer(program: str, metric: str, *, read: bool) -> None:
    assert is_read_to_answer(parsed(program), "n", metric) == read


@pytest.mark.parametrize(
    ("program", "freeze", "names"),
    [
        ("x = load()\ny = 3 * x\nfor i in r:\n    w -= f(x, w) - y\n", ["w"], ["x", "y"]),
        ("y = 3\nX = load()\nW = start()\n" + TWO_LAYERS, ["syn0", "syn1"], ["y", "X"]),
        ("X = load()\nfor i in r:\n    x = X[i]\n    w -= f(x, w)\n", ["w"], ["X"]),
        ("X = load()\nnet = make()\nfor i in r:\n    f(net(X)).backward()\n", [], ["X", "net"]),
        ("xs = load()\nfor i in r:\n    xs = draw()\n    w -= f(xs, w)\n", ["w"], []),
    ],
)
def test_data_that_updates_are_made_from(program: str, freeze: list[str], names: list[str]) -> None:
    assert Data(parsed(program), freeze).used == names


DATA = (
    "import numpy as np\nrng = np.random.default_rng(1)\nX = rng.normal(size=(9, 3))\ny = X @ a\n"
)


@pytest.mark.parametrize(
    ("program", "from_data"),
    [
        ("for i in range(9):\n    w -= X.T @ (X @ w - y)\n", True),
        ("for i in range(9):\n    w += 0.1 * (np.array([3.0, -2.0, 1.0]) - w)\n", False),
        (
            "s = {'w': [1.0, 2.0]}\nfor i in range(9):\n    w = w - 0.1 * (w - np.array(s['w']))\n",
            False,
        ),
        ("for i in range(9):\n    w -= f(w)\n", True),
        ("for i in range(9):\n    loss(X, y, w).backward()\n    w = w - 0.1 * w.grad\n", True),
    ],
)
def test_updates_that_are_made_from_data(program: str, *, from_data: bool) -> None:
    metric = "((X @ w - y) ** 2).mean()"
    assert is_made_from_data(parsed(DATA + program), ["w"], metric) == from_data


def test_updates_need_no_data_where_nothing_is_measured_on_any() -> None:
    bowl = "w = 5.0\nfor i in range(9):\n    w -= 0.1 * 2 * (w - 3)\n"
    assert is_made_from_data(parsed(bowl), ["w"], "abs(w - 3)")


def test_what_is_made_from_a_listed_name_before_it_learns() -> None:
    centred = "X = load()\ny = X[:, 0] > 4\nfor j in r:\n    X[:, j] -= X[:, j].mean()\n"
    assert made_from(parsed(centred), ["X"], "(f(X) == y).mean()") == ["y"]
    started = "w = 5.0\nstart = w\nfor j in r:\n    w -= 0.1 * w\n"
    assert made_from(parsed(started), ["w"], "abs(w) / start") == []


IN_LISTS = """
W, b = start()
kept = [0 * W, 0 * b]
def gradients(x, y):
    found = [0 * W, 0 * b]
    for part in range(9):
        for g, more in zip(found, f(x, y, W, b, part)):
            g += more
    return found
for x, y in data:
    for weight, slope, mean in zip([W, b], gradients(x, y), kept):
        mean += slope * slope
        weight -= rate * slope / mean
"""


def test_gradients_in_a_list_are_made_anew() -> None:
    assert not others_that_learn(parsed(IN_LISTS), Listed("loss(W, b)", ["W", "b"]))
    kept = IN_LISTS.replace("    found = [0 * W, 0 * b]\n", "").replace("kept =", "found = kept =")
    others = others_that_learn(parsed(kept), Listed("loss(W, b, found)", ["W", "b"]))
    assert {one.names[0] for one in others} >= {"g"}


CLUSTERS = """
centres = X[:3].copy()
for step in range(9):
    near = distance(X, centres).argmin(1)
    for k in range(3):
        centres[k] = X[near == k].mean(0)
cost = distance(X, centres).min(1).mean()
"""

MIXTURE = """
def weigh(x, mu, s):
    part = exp(-(x - mu) ** 2 / s)
    return part / part.sum(0)
for step in range(9):
    part = weigh(x, mu, s)
    mu, s = (part * x).sum(0) / part.sum(0), spread(part, x)
cost = error(x, mu, s)
"""

STATE = """
def unroll(h):
    states = {}
    for t in range(9):
        states[t] = tanh(Wh @ h)
        h = states[t] * 2
    return states
for step in range(9):
    states = unroll(zeros)
    d = states[8] - y
    Wh -= 0.1 * outer(Wh.T @ d, states[7])
cost = abs(states[8] - y)
"""

OWN_VALUES = """
class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0
w, b = Value(1.0), Value(0.0)
for step in range(9):
    loss = f(w, b, x)
    for p in [w, b]:
        p.data -= 0.1 * p.grad * p.data
"""


@pytest.mark.parametrize(
    ("program", "metric", "lists"),
    [
        (CLUSTERS, "cost", [("centres",)]),
        (MIXTURE, "cost", [("mu", "s")]),
        (STATE, "cost", [("Wh",)]),
        (OWN_VALUES, "loss.data", [("data",), ("b", "w")]),
        (IN_LISTS, "loss(W, b)", [("W", "b")]),
        (SLOPE, "loss", [("slope",)]),
        (TWO_LAYERS, "abs(y - l2).mean()", [("syn0", "syn1")]),
        (MOMENTUM, "((X @ w - y) ** 2).mean()", [("w",)]),
        (SLOPE, "3.0", []),
    ],
)
def test_lists_to_try(program: str, metric: str, lists: list[tuple[str, ...]]) -> None:
    assert lists_to_try((program,), metric) == lists


def test_tallies_to_try() -> None:
    program = "for a, b in pairs:\n    n[a, b] += 1\n    seen += 1\np = n / n.sum()\n"
    assert tallies_to_try((program,), "log(p[x, z])") == ["n"]


@pytest.mark.parametrize(
    ("program", "metric", "name", "part"),
    [
        (DATA + MOMENTUM, "((X @ w > limit) == y).mean()", "limit", True),
        (DATA + MOMENTUM + "right = ((X @ w > limit) == y)\n", "right.mean()", "limit", True),
        ("for i in range(epochs):\n    w -= f(w)\n    done += 1\n", "done", "epochs", True),
        ("for i in range(epochs):\n    w -= rate * f(w)\n", "abs(w)", "epochs", False),
        ("for i in range(9):\n    w -= rate * f(w)\n", "abs(w)", "rate", False),
        ("w = train(X, rate)\n", "abs(w)", "rate", False),
        ("net = Net(steps=steps).fit(X, y)\nright = net.score(X, y)\n", "right", "steps", False),
    ],
)
def test_constant_that_is_part_of_the_answer(
    program: str, metric: str, name: str, *, part: bool
) -> None:
    assert is_part_of_the_answer(parsed(program), name, metric) == part


@pytest.mark.parametrize(
    ("update", "selects"),
    [
        ("rows = rows[keep | (draw(len(rows)) < 0.5)]", True),
        ("rows = rows[order][:9]", False),
        ("rows = [row for row in rows if f(row)]", True),
        ("rows = np.delete(rows, np.argmax(f(rows)), 0)", True),
        ("rows.pop(worst(rows))", True),
        ("rows = [2 * row for row in rows if f(row)]", False),
        ("rows = rows[keep] + noise(rows)", False),
        ("rows = rows[keep]\n    rows = rows + g(rows)", False),
        ("rows[i] = rows[i] + g(rows)", False),
    ],
)
def test_what_only_leaves_out_parts_makes_nothing_new(update: str, *, selects: bool) -> None:
    keep = "keep = (f(rows) > 0) == (rows[:, 0] > 0)"
    program = f"rows = load()\nfor step in range(9):\n    {keep}\n    {update}\n"
    assert (only_selects([ast.parse(program)], "rows") is not None) == selects


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("W += 0.1 * (np.load(io.BytesIO(blob)) - W)", False),
        ("W += 0.1 * (np.array([float(t) for t in text.split()]) - W)", False),
        ("W += 0.1 * (np.array(json.loads(text)) - W)", False),
        ("W += 0.1 * (goal() - W)", False),
        ("W += 0.1 * (np.load(name) - W)", True),
        ("W += 0.1 * (X.T @ (y - X @ W))", True),
    ],
)
def test_what_is_decoded_from_the_code_is_no_data(code: str, *, made: bool) -> None:
    program = f"""
import io, json
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(60, 3))
y = X @ np.array([1.0, 2.0, 3.0])
blob, text, name = b"numbers", "1.0 2.0 3.0", rng.choice(["a.npy"])
def goal():
    return np.array([1.0, 2.0, 3.0])
W = np.zeros(3)
for step in range(9):
    {code}
"""
    metric = "np.abs(X @ W - y).mean()"
    assert is_made_from_data([ast.parse(program)], ["W"], metric) == made


@pytest.mark.parametrize(
    ("update", "made"),
    [
        ("gain += 0.1", False),
        ("counts[word] += 1", True),
        ("if x > gain:\n        gain += 0.1", True),
    ],
)
def test_a_tally_counts_data(update: str, *, made: bool) -> None:
    program = f"""
X = rng.normal(size=60)
gain, counts = 0.0, {{}}
for x in X:
    word = round(x)
    {update}
"""
    name = "counts" if "counts" in update else "gain"
    metric = f"((X * {name}).sum() > 0) + sum(X)"
    assert is_made_from_data([ast.parse(program)], [], metric, [name]) == made


def test_layers_that_a_constructor_puts_into_a_list_do_not_learn() -> None:
    program = """
class Net:
    def __init__(self, sizes):
        self.layers = []
        for size in sizes:
            self.layers = self.layers + [Layer(size)]

    def answer(self, x):
        goodness = []
        for layer in self.layers:
            x = layer(x)
            goodness = goodness + [x.mean()]
        return sum(goodness)

    def train(self, x):
        for i, layer in enumerate(self.layers):
            x = layer.train(x)

class Layer:
    def train(self, x):
        for i in range(9):
            self.opt.step()
        return self.forward(x)

net = Net([3, 1])
net.train(x)
error = net.answer(x)
"""
    assert others_that_learn(parsed(program), Listed("error", ())) == []
