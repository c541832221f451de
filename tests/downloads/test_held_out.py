"""Which answers of a program are for testing only."""

from __future__ import annotations

import pytest

from site_tools.downloads.held_out import held_out

DATA = "X, y = load()\nheld_out = np.arange(len(X)) % 4 == 0\n"
ORDER = "X, y = load()\norder = rng.permutation(len(X))\n"
BATCH = "batch = rng.choice(rows, 64)\nlearn(X[batch], y[batch])"
RIGHT = "right = (read(X[held_out]) == y[held_out]).mean()"


@pytest.mark.parametrize(
    ("program", "metric", "answers"),
    [
        (f"{DATA}learn(X[~held_out], y[~held_out])\n{RIGHT}", "right", "y[held_out]"),
        (f"{DATA}rows = np.flatnonzero(~held_out)\n{BATCH}\n{RIGHT}", "right", "y[held_out]"),
        (f"{DATA}rows = np.where(held_out == 0)[0]\n{BATCH}\n{RIGHT}", "right", "y[held_out]"),
        (f"{DATA}rows = np.nonzero(np.logical_not(held_out))\n{RIGHT}", "right", "y[held_out]"),
        (
            f"{DATA}rows = np.flatnonzero(~held_out)\n{BATCH}",
            "share_right(X[held_out], y[held_out])",
            "y[held_out]",
        ),
        (
            f"{ORDER}test, rows = order[:99], order[99:]\n{BATCH}",
            "(read(X[test]) == y[test]).mean()",
            "y[test]",
        ),
        (
            f"{ORDER}test = order[:99]\nrows = np.setdiff1d(order, test)\n{BATCH}",
            "(read(X[test]) == y[test]).mean()",
            "y[test]",
        ),
        (
            "X, y = load()\nfor i in range(9):\n    learn(X[i], y[:1000][i])",
            "(read(X[1000:]) == y[1000:]).mean()",
            "y[1000:]",
        ),
        (
            f"X, y = load()\ntrain = np.arange(len(X)) % 4 > 0\nrows = where(train)\n{BATCH}",
            "(read(X[~train]) == y[~train]).mean()",
            "y[~train]",
        ),
        (  # how well it knows what it has trained on is compared first
            f"{DATA}learn(y[~held_out])\nknown = read(X[~held_out]) == y[~held_out]\n{RIGHT}",
            "right",
            "y[held_out]",
        ),
        (f"X_test, y_test = load()\n{RIGHT}", "(read(X_test) == y_test).mean()", "y_test[:]"),
        (f"{DATA}learn(X, y)\n{RIGHT}", "right", ""),  # no other half is used
        (f"{ORDER}test = order[:99]\n{BATCH}", "(read(X[test]) == y[test]).mean()", ""),
    ],
)
def test_held_out_finds_the_answers_for_testing(program: str, metric: str, answers: str) -> None:
    assert held_out([program], [metric]) == answers
