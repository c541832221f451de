"""What is fitted to data in one call and no claim lists, as a note for a reviewer.

An answer may come from weights that one call computes from features, such as the states of a
recurrent network. Freezing the features then takes the weights away as well, so that the control
misses its goal, though what was frozen learns nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from site_tools.analysis.answer_leaks import Measured
from site_tools.analysis.dataflow import Flow
from site_tools.analysis.finding import Finding
from site_tools.analysis.syntax import called_name, words
from site_tools.analysis.updates import updates_in

_FITS = {
    *("lstsq", "solve", "pinv", "polyfit", "nnls", "curve_fit", "least_squares", "lsq_linear"),
    *("fit", "fit_transform", "ridge_regression", "minimize"),
}
"""Functions and methods that compute weights from data."""


def fitted_at_once(
    trees: Sequence[ast.Module], claims: Sequence[Measured]
) -> Iterator[tuple[int, Finding]]:
    """Yield the calls whose results the answers are made with, from features that a claim lists."""
    calls = [
        (statement, call)
        for tree in trees
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Assign)
        for call in ast.walk(statement.value)
        if isinstance(call, ast.Call) and called_name(call) in _FITS
    ]
    if not calls:
        return
    flow = Flow(trees)
    for number, claim in enumerate(claims):
        listed = {*claim.freeze, *claim.tally}
        updates = updates_in(trees, claim.freeze, claim.tally)
        answers = flow.closure(words(ast.parse(claim.metric, mode="eval")))
        for statement, call in calls:
            fitted = words(statement.targets[0])
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            features = flow.closure(set().union(*map(words, given)))
            if any(one.function == called_name(call) for one, _ in updates):
                continue  # the program's own method, in which the listed names learn
            if fitted & answers and not fitted & listed and features & listed:
                subject = ast.unparse(call.func)
                what = f"fits {' and '.join(sorted(fitted))} to data at once, which no claim lists"
                yield number, Finding(call, what, subject)
