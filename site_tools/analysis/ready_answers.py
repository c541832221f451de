"""Choices between ready answers: `slope = 3.0 if w > 0.5 else 0.0` only notices training."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.analysis.answer_flow import Reach
from site_tools.analysis.call_frames import Frame, Selection
from site_tools.analysis.finding import Finding
from site_tools.analysis.syntax import called_name, words

_CHOOSES = "gives a ready answer, depending on nothing but whether training has happened"


def ready_made(whole: Reach) -> Iterator[Finding]:
    """Yield choices between values that nothing learned, by a learned value alone."""
    for selection in whole.selections:
        if _decides_alone(selection, whole):
            yield Finding(selection.node, _CHOOSES)
    for binding, frame in whole.bindings:
        for test in binding.around.tests:
            choice = Selection(binding.value, test, (binding.value,), frame)
            if _decides_alone(choice, whole):
                yield Finding(binding.value, _CHOOSES)


def _decides_alone(selection: Selection, whole: Reach) -> bool:
    test = whole.fresh(opaque=True)
    test.reduced = True
    test.follow(selection.test, selection.frame)
    if not test.trained or test.data:
        return False
    for option in selection.options:
        values = whole.fresh(opaque=True)
        values.follow(option, selection.frame)
        if not (values.trained or _counts_rounds(option, selection.test, selection.frame)):
            return True
    return False


def _counts_rounds(option: ast.expr, test: ast.expr, frame: Frame) -> bool:
    """Return whether a value says in which round of a loop a condition came true.

    So a simulation says how long it went well: `if fallen(state): return t`. The loop must change
    what the condition reads.
    """
    if not isinstance(option, ast.Name):
        return False
    return any(
        called_name(loop.iter) in {"range", "count"} and _is_changed_in(loop, test)
        for loop in (binding.statement for binding in frame.scope.bindings.get(option.id, ()))
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call)
    )


def _is_changed_in(loop: ast.For, test: ast.expr) -> bool:
    """Return whether a condition inside of a loop reads a name that the loop binds in its body."""
    nodes = [node for part in loop.body for node in ast.walk(part)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return any(node is test for node in nodes) and bool(stored & words(test))
