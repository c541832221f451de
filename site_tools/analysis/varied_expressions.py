"""Changes within one statement: a factor or a term left out, a sign turned, another number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from site_tools.analysis.source_edits import Edit, Position, Source, end_of, start_of
from site_tools.analysis.syntax import called_name
from site_tools.analysis.variant_change import DETAIL, IDEA, NUMBER, PART, UPDATE, Change, shown

_ACTIVATION = re.compile(
    "relu|gelu|elu|silu|tanh|sigmoid|softmax|log_softmax|dropout|sign|maximum", re.IGNORECASE
)
"""Functions of one array that can be left out: what they get fits where their result goes."""

_MODULES = re.compile("ReLU|GELU|ELU|SiLU|Tanh|Sigmoid|Softmax|Dropout\\w*|BatchNorm\\w*|LayerNorm")
"""Layers of torch that can be left out."""

_OPAQUE = re.compile(
    r"range|len|eye|one_hot|round|topk|reshape|view|zeros|ones|empty|arange|linspace|permute|transpose|print|format|seed|"
    r"randn|rand|randint|integers|random|standard_normal|choice|permutation|randperm|sample|"
    r"manual_seed|default_rng|RandomState|Random|Generator|isinstance|Conv\dd|Linear|Embedding"
)
"""Calls whose arguments are sizes or seeds: other numbers there stop a program, or change nothing
that a reader wants to know. The rounds of `range` are tried with a tenth."""

_OPERATORS = {ast.Mult: "*", ast.Div: "/", ast.Add: "+", ast.Sub: "-"}

_TENTH_FROM = 10
"""The smallest whole number that has a whole tenth."""


def expression_changes(source: Source, cell: int, node: ast.stmt) -> Iterator[Change]:
    """Yield the changes within the expressions of a statement, not those of its body."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.Raise | ast.Delete):
        return
    named = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr) and not isinstance(getattr(part, "ctx", None), ast.Store):
            yield from _changes(source, cell, part, named and _is_number(part))


def _changes(  # noqa: C901  one case a kind of node
    source: Source,
    cell: int,
    node: ast.expr,
    named: bool,  # noqa: FBT001
) -> Iterator[Change]:
    match node:
        case ast.JoinedStr() | ast.Lambda():
            return
        case ast.Subscript(value=value):
            yield from _changes(source, cell, value, False)  # noqa: FBT003
            return
        case ast.BinOp():
            yield from _without_parts(source, cell, node)
            yield from _without_squashing(source, cell, node)
        case ast.Call():
            yield from _without_call(source, cell, node)
            if called_name(node) == "range":
                yield from _fewer_rounds(cell, node)
            if _OPAQUE.fullmatch(called_name(node)) or _MODULES.fullmatch(called_name(node)):
                return
        case ast.Compare(left=ast.BinOp(op=ast.Mod())):
            return  # each so many rounds: when to report
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not _is_number(operand):
            line, column = start_of(node)
            edit = Edit(cell, (line, column), (line, column + 1), "", "without the minus")
            text = shown(source.text(start_of(node), end_of(node)))
            yield Change(f"without the minus of {text}", (edit,), PART)
        case ast.Constant():
            yield from _numbers(source, cell, node, named)
    for child in _operands(node):
        yield from _changes(source, cell, child, named)


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an expression; not the right side of a power, nor shapes in tuples."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword):
            child = child.value  # noqa: PLW2901
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and child is node.right:
            continue
        if isinstance(child, ast.expr) and not (
            isinstance(node, ast.Tuple | ast.List) and isinstance(child, ast.Constant)
        ):
            yield child


@dataclass(frozen=True, slots=True)
class _Part:
    """An operand with the operator before it, as a range of text."""

    op: type[ast.operator]
    start: Position
    """Before the blanks that precede the operator."""
    operand: Position
    """Where the operand begins, with its parentheses."""
    end: Position
    left: ast.expr
    right: ast.expr


def _part(source: Source, node: ast.BinOp) -> _Part | None:
    """Return the right operand of an operator; None when it is on another line."""
    operator = _OPERATORS.get(type(node.op))
    if operator is None or end_of(node.left)[0] != end_of(node)[0]:
        return None
    line, column = end_of(node.left)
    between = source.text(end_of(node.left), start_of(node.right))
    closed = between.partition(operator)[0].rstrip()
    rest = between[between.index(operator) + len(operator) :]
    blank = len(rest) - len(rest.lstrip())
    begins = start_of(node.right)[1] - len(rest) + blank
    start = line, column + len(closed)
    return _Part(type(node.op), start, (line, begins), end_of(node), node.left, node.right)


def _without_parts(source: Source, cell: int, node: ast.BinOp) -> Iterator[Change]:
    part = _part(source, node)
    if part is None:
        return
    if not _is_number(part.left):
        yield _without(source, cell, part.start, part.end, PART)
    if part.op in {ast.Mult, ast.Add} and start_of(node)[0] == part.operand[0]:
        first = source.text(start_of(node), part.operand)
        edit = Edit(cell, start_of(node), part.operand, "", "without a part")
        if not isinstance(part.left, ast.BinOp) or isinstance(part.left.op, ast.MatMult):
            yield Change(f"without {shown(first)}", (edit,), PART)
    if _is_slope(part):
        begin = _part(source, part.left) if isinstance(part.left, ast.BinOp) else None
        if begin is not None and begin.op is ast.Mult:
            yield _without(source, cell, begin.start, part.end, IDEA)
    if part.op is ast.Sub and _is_simple(part.left) and _is_simple(part.right):
        left, right = (source.text(start_of(n), end_of(n)) for n in (part.left, part.right))
        edit = Edit(cell, start_of(part.left), part.end, f"{right} - {left}", "turned")
        yield Change(f"`{right} - {left}` in place of `{left} - {right}`", (edit,), IDEA)


def _without_squashing(source: Source, cell: int, node: ast.BinOp) -> Iterator[Change]:
    """Leave out a sigmoid that is written out: `1 / (1 + exp(-z))`."""
    match node:
        case ast.BinOp(
            left=ast.Constant(value=1),
            op=ast.Div(),
            right=ast.BinOp(
                left=ast.Constant(value=1),
                op=ast.Add(),
                right=ast.Call(args=[ast.UnaryOp(op=ast.USub(), operand=inner)]) as call,
            ),
        ) if called_name(call) == "exp":
            text = source.text(start_of(inner), end_of(inner))
            edit = Edit(cell, start_of(node), end_of(node), f"({text})", "left out")
            yield Change("without the squashing", (edit,), UPDATE)


def _without(source: Source, cell: int, start: Position, end: Position, rank: int) -> Change:
    text = source.text(start, end)
    return Change(f"without {shown(text)}", (Edit(cell, start, end, "", "left out"),), rank)


def _is_slope(part: _Part) -> bool:
    """Return whether the last two factors are a slope: `a * (1 - a)`."""
    match part:
        case _Part(
            op=ast.Mult,
            left=ast.BinOp(op=ast.Mult(), right=factor),
            right=ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=inner),
        ) if part.op is ast.Mult:
            return ast.dump(factor) == ast.dump(inner)
    return False


def _is_simple(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def _without_call(source: Source, cell: int, call: ast.Call) -> Iterator[Change]:
    name = called_name(call)
    text = shown(source.text(start_of(call), end_of(call)))
    if _MODULES.fullmatch(name):
        edit = Edit(cell, start_of(call), end_of(call), _identity(source, call), "left out")
        yield Change(f"without {text}", (edit,), IDEA)
        return
    if not _ACTIVATION.fullmatch(name):
        return
    match call:
        case ast.Call(func=ast.Attribute(value=value), args=[]):
            given = value
        case ast.Call(args=[given, *_]) if name != "maximum":
            pass
        case ast.Call(args=[ast.Constant(value=0), given] | [given, ast.Constant(value=0)]):
            pass
        case _:
            return
    inner = source.text(start_of(given), end_of(given))
    inner = inner if _is_simple(given) else f"({inner})"
    edit = Edit(cell, start_of(call), end_of(call), inner, "left out")
    yield Change(f"without `{name}`", (edit,), IDEA)


def _identity(source: Source, call: ast.Call) -> str:
    """Return a layer of torch that changes nothing, named as the program names its layers."""
    func = call.func
    owner = (
        f"{source.text(start_of(func), end_of(func.value))}."
        if isinstance(func, ast.Attribute)
        else "__import__('torch').nn."
    )
    return f"{owner}Identity()"


def _fewer_rounds(cell: int, call: ast.Call) -> Iterator[Change]:
    if len(call.args) == 1 and _is_number(call.args[0]):
        value = ast.literal_eval(call.args[0])
        if isinstance(value, int) and value >= _TENTH_FROM:
            given = call.args[0]
            text = f"{value // 10:_}"
            edit = Edit(cell, start_of(given), end_of(given), text, "a tenth")
            yield Change(f"`{text}` in place of `{value:_}`", (edit,), PART)


def _numbers(source: Source, cell: int, node: ast.Constant, named: bool) -> Iterator[Change]:  # noqa: FBT001
    """Try ten times a number and a tenth of it; not 0 and 1, which are rarely a matter of size."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or value in {0, 1, 2}:
        return
    old = source.text(start_of(node), end_of(node))
    times = [] if isinstance(value, int) and value < _TENTH_FROM and not named else [value * 10]
    tenth = value // 10 if isinstance(value, int) else value / 10
    times += [tenth] if tenth else []
    for new in times:
        text = f"{new:_}" if isinstance(new, int) else f"{new:.12g}"
        rank = (NUMBER if named else DETAIL) + (new != times[0])
        edit = Edit(cell, start_of(node), end_of(node), text, "another number")
        yield Change(f"`{text}` in place of `{old}`", (edit,), rank)
