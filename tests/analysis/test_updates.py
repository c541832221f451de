"""What counts as an update, and that asking the switch first changes nothing else.

To add a case: a program in `updates/` whose first line says what to freeze (and, after a
semicolon, what learns by counting), and whose updates end in `# off`.
"""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from site_tools.analysis.instrument import SWITCH, Wanted, instrument
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import changed_names, sites
from site_tools.worker.update_switch import Switch
from tests.support.projects import CASES

FILES = sorted((CASES / "updates").glob("*.py"))
cases = pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)


def _read(case: Path) -> tuple[str, list[str], list[str]]:
    source = case.read_text(encoding="utf-8")
    freeze, _, tally = source.splitlines()[0].removeprefix("# freeze: ").partition("; tally: ")
    return source, freeze.split(", "), tally.split(", ") if tally else []


@cases
def test_the_marked_lines_are_updates(case: Path) -> None:
    source, freeze, tally = _read(case)
    marked = [i for i, line in enumerate(source.splitlines(), 1) if line.endswith("# off")]
    found = sites([source], freeze, tally)
    assert [site.line for site in found] == marked
    assert changed_names([source]) >= {*freeze, *tally}


def run(
    source: str, freeze: list[str], tally: list[str], *, learning: bool
) -> tuple[dict[str, Any], Switch]:
    program = instrument([source], Wanted(freeze, tally))
    switch = Switch(
        learning=learning,
        loops=program.loops,
        binding=frozenset(site.number for site in program.sites if site.binds),
    )
    setattr(builtins, SWITCH, switch)
    namespace: dict[str, Any] = {}
    exec(compile(program.trees[0], "<cell 1>", "exec"), namespace)  # noqa: S102
    return namespace, switch


@cases
def test_a_program_that_learns_ends_as_it_would(case: Path) -> None:
    source, freeze, tally = _read(case)
    plain: dict[str, Any] = {}
    exec(source, plain)  # noqa: S102
    watched, switch = run(source, freeze, tally, learning=True)
    shown = [name for name in plain if name.islower() and not name.startswith("__")]
    assert {name: repr(watched[name]) for name in shown if not callable(plain[name])} == {
        name: repr(plain[name]) for name in shown if not callable(plain[name])
    } or "0x" in repr(plain)
    assert switch.total > 0


@cases
def test_a_program_that_does_not_learn_still_ends(case: Path) -> None:
    source, freeze, tally = _read(case)
    if case.stem == "functions":
        source = source.replace("while w > 0.1:", "for _ in range(3):")
    run(source, freeze, tally, learning=False)


@pytest.mark.parametrize(
    ("update", "name"),
    [
        ("param += -learning_rate * dparam", "param"),
        ("w -= lr * grad", "w"),
        ("W1 = W1 - alpha * dW1", "W1"),
        ("theta += X.T @ delta", "theta"),
        ("np.subtract(w, lr * grad, out=w)", "w"),
        ("p.data -= 0.1 * p.grad", "data"),
        ("params = [p - lr * g for p, g in zip(params, grads)]", "params"),
        ("weights = step(weights, grads)", "weights"),
    ],
)
def test_proposal_is_what_an_author_would_name(update: str, name: str) -> None:
    slopes = "dparam = grad = dW1 = delta = grads = slopes(param, w, W1, theta, p, params, weights)"
    counts = "total += loss\n    n += 1"
    program = f"total = 0.0\nfor step in range(3):\n    {slopes}\n    {counts}\n    {update}\n"
    assert [site.name for site in proposals([program])] == [name]


@pytest.mark.parametrize("line", ["n += 1", "total += loss", "rate *= 0.9", "losses.append(loss)"])
def test_no_proposal_for_what_only_counts(line: str) -> None:
    assert proposals([f"for step in range(3):\n    {line}\n"]) == []
