"""Posts for benchmarks: twelve that train a model, and any number of trivial or long ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent

_TO_A_POST = re.compile(r"\[([^\]]*)\]\(\.\./posts/[^)]*\)")
"""A link of a page to one of this site's own posts, which a benchmark does not have."""

HEAD = """\
---
title: {title}
description: A post for a benchmark.
date: 2026-11-21
authors: [elevenlines]
minutes: {{read: 1, do: 1}}
{claim}
---

Some words.

```python{alt}
{code}
```
"""
UNCLAIMED = "no_learning: It is part of a benchmark."
CLAIMED = """\
learns:
  - says: It learns
    metric: {metric}
    goal: "{goal}"
    freeze: [{freeze}]"""

LONG_HEAD = """\
---
title: Post {number}, of the usual length
description: A post of 140 lines for a benchmark, number {number}.
date: {day}
authors: [elevenlines]
categories: [Category {category}]
tags: [tag-{tag}, numbers]
minutes: {{read: 5, do: 10}}
no_learning: It is part of a benchmark.
---

Post {number} opens with a promise, as every post does. It has *two* sentences.

<!-- more -->

"""
LONG_SECTION = """\
## Step {step}: what happens to `a{step}`

The next lines work with **{number}**, and with the number of the step. What they do is explained
here in the words that a reader would expect, with a `name` or two in between, and with a link to
[the front page](../docs/index.md).[^{step}] The longer a paragraph is, the more there is to parse.

- One thing to know is that `a{step}` is a list of numbers.
- Another is that it grows with *every* step that this post takes.

```python
def step_{step}(value: int) -> float:  # a number in, a number out
    scaled = value * {step}  # whole as long as this lasts
    return scaled + {number} / 7


a{step} = [step_{step}(i) for i in range({step})]
print("step {step} of post {number}", a{step})
```

| step   | value    |
|--------|----------|
| {step} | {number} |

[^{step}]: A note on step {step} of post {number}.

"""
LONG_SECTIONS = 5


@dataclass(frozen=True)
class Program:
    """A small training program and its claim."""

    code: str
    metric: str
    goal: str
    freeze: str = ""


_DIGITS = """\
import numpy as np
from sklearn.datasets import load_digits

rng = np.random.default_rng(1)
digits = load_digits()
X, y = digits.data / 16, digits.target
"""
_TORCH = """\
import torch

torch.manual_seed(1)
"""
_TORCH_DIGITS = """\
import torch
from sklearn.datasets import load_digits

torch.manual_seed(1)
digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32)
y = torch.tensor(digits.target)
"""
_PLOT = """
import matplotlib.pyplot as plt

plt.plot(losses)
plt.show()
"""

PROGRAMS: Mapping[str, Program] = {
    "np-line": Program(
        """\
import numpy as np

rng = np.random.default_rng(1)
x = rng.normal(size=200)
y = 3 * x - 1 + 0.1 * rng.normal(size=200)
a, b = rng.normal(size=2)
for step in range(119_000):
    error = a * x + b - y
    a -= 0.001 * (error * x).mean()
    b -= 0.001 * error.mean()
loss = (error ** 2).mean()
print(loss)""",
        "loss",
        "< 0.1",
        "a, b",
    ),
    "np-xor": Program(
        """\
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
w0, w1 = rng.normal(size=(3, 16)), rng.normal(size=(16, 1))
losses = []
for step in range(54_400):
    hidden = 1 / (1 + np.exp(-(X @ w0)))
    output = 1 / (1 + np.exp(-(hidden @ w1)))
    error = (y - output) * output * (1 - output)
    back = error @ w1.T * hidden * (1 - hidden)
    w1 += hidden.T @ error
    w0 += X.T @ back
    losses.append(np.abs(y - output).mean())
"""
        + _PLOT,
        "losses[-1]",
        "< 0.1",
        "w0, w1",
    ),
    "np-softmax": Program(
        _DIGITS
        + """\
W = np.zeros((64, 10))
losses = []
for step in range(2_050):
    p = np.exp(X @ W)
    p /= p.sum(axis=1, keepdims=True)
    losses.append(-np.log(p[np.arange(len(y)), y]).mean())
    p[np.arange(len(y)), y] -= 1
    W -= 0.5 * X.T @ p / len(y)
accuracy = ((X @ W).argmax(axis=1) == y).mean()
"""
        + _PLOT,
        "accuracy",
        "> 0.9",
        "W",
    ),
    "np-deep": Program(
        _DIGITS
        + """\
W, V = rng.normal(size=(64, 48)) / 8, rng.normal(size=(48, 10)) / 7
for step in range(5_950):
    rows = rng.integers(len(y), size=128)
    hidden = np.maximum(0, X[rows] @ W)
    p = np.exp(hidden @ V)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(128), y[rows]] -= 1
    slope = (p @ V.T) * (hidden > 0)
    V -= 0.1 * hidden.T @ p / 128
    W -= 0.1 * X[rows].T @ slope / 128
accuracy = ((np.maximum(0, X @ W) @ V).argmax(axis=1) == y).mean()
print(accuracy)""",
        "accuracy",
        "> 0.8",
        "W, V",
    ),
    "np-factors": Program(
        """\
import numpy as np

rng = np.random.default_rng(1)
truth = rng.normal(size=(80, 4)) @ rng.normal(size=(4, 60))
A, B = 0.1 * rng.normal(size=(80, 4)), 0.1 * rng.normal(size=(4, 60))
losses = []
for step in range(22_100):
    error = truth - A @ B
    A, B = A + 0.002 * error @ B.T, B + 0.002 * A.T @ error
    losses.append((error ** 2).mean())
"""
        + _PLOT,
        "losses[-1]",
        "< 0.2",
        "A, B",
    ),
    "np-bigrams": Program(
        """\
import numpy as np

rng = np.random.default_rng(1)
text = "the quick brown fox jumps over the lazy dog and the dog barks at the fox " * 40
letters = sorted(set(text))
ids = np.array([letters.index(letter) for letter in text])
W = 0.01 * rng.normal(size=(len(letters), len(letters)))
for step in range(1_300):
    p = np.exp(W[ids[:-1]])
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(ids) - 1), ids[1:]]).mean()
    p[np.arange(len(ids) - 1), ids[1:]] -= 1
    slope = np.zeros_like(W)
    np.add.at(slope, ids[:-1], p)
    W -= 10 * slope / len(ids)
print(loss)""",
        "loss",
        "< 2.2",
        "W",
    ),
    "torch-xor": Program(
        _TORCH
        + """\
X = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = torch.tensor([[0.0], [1], [1], [0]])
model = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for step in range(3_750):
    loss = ((model(X) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
"""
        + _PLOT,
        "losses[-1]",
        "< 0.05",
    ),
    "torch-digits": Program(
        _TORCH_DIGITS
        + """\
model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(3_750):
    rows = torch.randint(len(y), (128,))
    loss = torch.nn.functional.cross_entropy(model(X[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
accuracy = (model(X).argmax(1) == y).float().mean().item()
print(accuracy)""",
        "accuracy",
        "> 0.9",
    ),
    "torch-cnn": Program(
        _TORCH_DIGITS
        + """\
nn = torch.nn
model = nn.Sequential(
    nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10)
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for step in range(1_000):
    rows = torch.randint(len(y), (128,))
    loss = nn.functional.cross_entropy(model(X[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
accuracy = (model(X).argmax(1) == y).float().mean().item()
"""
        + _PLOT,
        "accuracy",
        "> 0.8",
    ),
    "torch-rnn": Program(
        _TORCH
        + """\
rnn, head = torch.nn.GRU(1, 16, batch_first=True), torch.nn.Linear(16, 1)
optimizer = torch.optim.Adam([*rnn.parameters(), *head.parameters()], lr=0.01)
for step in range(750):
    x = torch.randint(2, (64, 10, 1)).float()
    y = x.sum(1) % 10 / 10
    loss = ((head(rnn(x)[0][:, -1]) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())""",
        "loss.item()",
        "< 0.01",
    ),
    "torch-attention": Program(
        _TORCH
        + """\
embed = torch.nn.Embedding(12, 32)
attend = torch.nn.MultiheadAttention(32, 2, batch_first=True)
head = torch.nn.Linear(32, 10)
parameters = [*embed.parameters(), *attend.parameters(), *head.parameters()]
optimizer = torch.optim.Adam(parameters, lr=0.01)
losses = []
for step in range(750):
    x = torch.randint(10, (64, 6))
    h = embed(x)
    out, _ = attend(h, h, h)
    loss = torch.nn.functional.cross_entropy(head(h + out).flatten(0, 1), x.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
"""
        + _PLOT,
        "losses[-1]",
        "< 0.2",
    ),
    "torch-autoencoder": Program(
        _TORCH_DIGITS
        + """\
nn = torch.nn
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8), nn.Linear(8, 64))
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for step in range(2_050):
    rows = torch.randint(len(X), (128,))
    loss = ((model(X[rows]) - X[rows]) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
loss = ((model(X) - X) ** 2).mean().item()
print(loss)""",
        "loss",
        "< 0.06",
    ),
}
"""Twelve training programs of about a second each: six in numpy, six in torch."""


def write_corpus(folder: Path, *, claimed: bool) -> None:
    """Create a project with the twelve posts; without claims, each post has only one run."""
    _lay_out(folder)
    for name, program in PROGRAMS.items():
        claim = CLAIMED.format(metric=program.metric, goal=program.goal, freeze=program.freeze)
        alt = ' alt="The loss falls."' if "plt" in program.code else ""
        about = claim if claimed else UNCLAIMED
        text = HEAD.format(title=name, claim=about, code=program.code.strip("\n"), alt=alt)
        (folder / "posts" / f"{name}.md").write_text(text, encoding="utf-8")


def write_trivial(folder: Path, count: int) -> None:
    """Create a project with posts whose code is trivial."""
    _lay_out(folder)
    for number in range(count):
        code = f"a = {number}\nprint(a)"
        text = HEAD.format(title=f"Post {number}", claim=UNCLAIMED, code=code, alt="")
        (folder / "posts" / f"post-{number:04}.md").write_text(text, encoding="utf-8")


def write_long(folder: Path, count: int) -> None:
    """Create a project with posts of realistic length, 140 lines, and trivial code."""
    _lay_out(folder)
    for number in range(count):
        text = LONG_HEAD.format(
            number=number,
            day=date(2023, 1, 1) + timedelta(days=number),
            category=number % 8,
            tag=number % 20,
        )
        for step in range(1, LONG_SECTIONS + 1):
            text += LONG_SECTION.format(number=number, step=step)
        (folder / "posts" / f"post-{number:04}.md").write_text(text, encoding="utf-8")


def _lay_out(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("mkdocs.yml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    for page in (folder / "docs").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_TO_A_POST.sub(r"\1", text), encoding="utf-8")
    (folder / "snippets").mkdir()
    (folder / "posts").mkdir()
    shutil.copy(ROOT / "posts" / ".authors.yml", folder / "posts" / ".authors.yml")
