"""What a metric compares: answers with right answers, but the code does not say which is which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from site_tools.analysis.call_frames import Frame, Frames
from site_tools.analysis.syntax import called_name

_DEPTH = 60
"""Steps from a metric to the comparison in it."""

_SCORES = re.compile(
    "score|acc|err|loss|criterion|entropy|mse|mae|nll|bce|likelihood|r2|f1|corr|close|equal|norm|dist|"
    "metric|compare|match|agree|miss",
    re.IGNORECASE,
)
"""Names of functions that compare their first two arguments."""

_Pair = tuple[ast.expr, ast.expr, Frame]


def comparisons(
    metric: ast.expr, frame: Frame, frames: Frames, depth: int = _DEPTH
) -> Iterator[_Pair]:
    """Yield what a metric compares, each pair in both orders."""
    waiting = [(metric, frame, depth)]
    seen = set()
    while waiting:
        node, at, depth = waiting.pop()
        if depth and (id(node), id(at)) not in seen:
            seen.add((id(node), id(at)))
            pairs = list(_compared(node))
            if pairs and isinstance(node, ast.Call) and _compares_inside(node, at, frames, depth):
                pairs = []
            for one, other in pairs:
                if not isinstance(one, ast.Constant) and not isinstance(other, ast.Constant):
                    yield from ((one, other, at), (other, one, at))
            waiting += [(inner, where, depth - 1) for inner, where in _inside(node, at, frames)]


def _compares_inside(call: ast.Call, frame: Frame, frames: Frames, depth: int) -> bool:
    """Return whether a function of the program shows itself what it compares: no need to guess."""
    made = frames.returned(call, frame)
    found = (comparisons(value, where, frames, depth // 2) for value, where in made)
    return any(True for some in found for _ in some)


def _compared(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            yield left, right
        case ast.BinOp(left=left, op=ast.Sub() | ast.BitXor(), right=right):
            yield left, right
        case ast.Compare(left=ast.BinOp(left=left, op=ast.Mult(), right=right)):
            yield left, right
        case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
            yield from ((value, part) for part in parts if isinstance(part, ast.Name))
        case ast.Call(args=[first, second, *_]) if _SCORES.search(called_name(node)):
            yield first, second


def _inside(node: ast.expr, frame: Frame, frames: Frames) -> Iterator[tuple[ast.expr, Frame]]:
    """Yield what a metric is computed from, one step further in."""
    match node:
        case ast.Name():
            yield from frames.values(node, frame)
        case ast.Call():
            yield from frames.returned(node, frame)
            if isinstance(node.func, ast.Attribute):
                yield node.func.value, frame
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            compared = {id(part) for pair in _compared(node) for part in pair}
            whole = any(isinstance(part, ast.Constant) for part in given if id(part) in compared)
            for part in given:
                if whole or id(part) not in compared:  # else its answers, not what they are made of
                    yield part, frame
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            yield inner, frames.inside(node, frame)
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            yield inner, frame
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()]):
            return
        case ast.BinOp(left=left, op=ast.Sub(), right=right) if _is_value(left) or _is_value(right):
            return
        case _:
            children = ast.iter_child_nodes(node)
            yield from ((child, frame) for child in children if isinstance(child, ast.expr))


def _is_value(node: ast.expr) -> bool:
    """Return whether an expression is a plain value, so that a difference compares with it."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
