"""What an expression is made from when a program has ended, past the updates that learn.

Names are followed back through assignments, functions and loops. A learned value is not followed
into its updates: what a network knows of the answers, it knows through them. What a network is
given (`X @ w`, `model(X)`) is not followed either. Where the code does not decide, nothing is
assumed: the result serves notes for a reviewer, who would stop reading if most were wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from site_tools.analysis.origins import Origins
from site_tools.analysis.scopes import Binding, FunctionNode, Path, Program, Scope
from site_tools.analysis.syntax import called_name

_STEPS = 6_000
"""Expressions that are followed for one question; the longest post of this site needs 515."""

_DEPTH = 20
"""Calls inside of calls that are followed."""

_SHAPES = re.compile(r"shape|size|dtype|ndim|device|len|numel|(zeros|ones|empty|full|rand\w*)_like")
"""Attributes and functions that give the type or the shape of a value, not its content."""

_REDUCES = re.compile(r"max|min|mean|std|var|sum|unique|set|bincount|median|nunique|value_counts")
"""Functions that leave a few numbers of all answers: a network may know their scale or number."""

_LEARNS = re.compile(r"grad|gradients?|backward|vjp|value_and_grad|fit|partial_fit|minimize|lstsq_")
"""Functions that turn answers into gradients, or train by themselves."""

_APPLIES = re.compile(
    r"predict\w*|decision_function|transform|forward|sample|generate|encode|decode"
)
"""Methods that put their arguments through a network."""

_MIXES = re.compile(
    r"dot|matmul|mm|bmm|einsum|tensordot|inner|convolve|linear|conv\dd|apply_along_axis"
)
"""Functions that put data through weights."""

_SELECTS = re.compile(r"where|select|choose|piecewise|take|heaviside")
"""Functions that choose between values by their first argument."""

_READS = re.compile(
    r"rand|choice|permut|shuffle|normal|uniform|datasets|make_|load|read|open|fetch"
)
"""Parts of the names of functions that bring data into a program."""

_FEW = 4
"""Numbers in a literal from which on it is data."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What learns in one claim."""

    names: frozenset[str]
    lines: frozenset[tuple[int, int]]
    """Cell and line of each update."""
    loose: frozenset[str]
    """Names of which no update is known: whatever gives them a value repeatedly counts as one."""
    cell_of: Mapping[int, int]
    """The cell of each node, by the node's identity."""

    def skips(self, name: str, binding: Binding) -> bool:
        """Return whether a binding is an update, which only learning carries out."""
        line = getattr(binding.statement, "lineno", getattr(binding.value, "lineno", 0))
        place = (self.cell_of.get(id(binding.statement), 0), line)
        if name in self.loose:
            return binding.repeats
        return name in self.names and place in self.lines


@dataclass(eq=False, slots=True)
class Frame:
    """A scope with the arguments of one call."""

    scope: Scope
    arguments: Mapping[str, tuple[ast.expr, Frame]]
    outer: Frame | None

    def chain(self) -> Iterator[Frame]:
        """Yield this frame and those around it."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.outer


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice between values."""

    node: ast.expr
    test: ast.expr
    options: tuple[ast.expr, ...]
    frame: Frame


@dataclass(eq=False)
class Reach:
    """Everything that an expression is made from."""

    program: Program
    origins: Origins
    learned: Learned
    opaque: bool = False
    """Whether a learned name is not followed at all."""
    reduced: bool = False
    """Whether means and sums are followed, too."""
    names: dict[str, ast.AST] = field(default_factory=dict)
    """The names with their scopes, each with the first place that mentions it."""
    trained: bool = False
    """Whether anything learned is among it."""
    data: bool = False
    """Whether any data are among it."""
    selections: list[Selection] = field(default_factory=list)
    bindings: list[tuple[Binding, Frame]] = field(default_factory=list)
    inputs: list[Reach] = field(default_factory=list)
    """What is put through weights or a network, and is not followed."""
    _seen: set[tuple[int, int, Path]] = field(default_factory=set)
    _open: set[tuple[int, int, Path]] = field(default_factory=set)
    """The bindings that are being followed at the moment."""
    _frames: dict[int, Frame] = field(default_factory=dict)
    _steps: int = 0
    _calls: int = 0

    def fresh(self, *, opaque: bool) -> Reach:
        """Return an empty one for the same program."""
        other = Reach(self.program, self.origins, self.learned, opaque)
        other._frames, other._steps, other._calls = self._frames, self._steps, self._calls
        return other

    @property
    def exhausted(self) -> bool:
        """Return whether there was more to follow than anybody would read."""
        return self._steps > _STEPS

    def free(self, scope: Scope) -> Frame:
        """Return a frame for a scope of which no call is known."""
        if id(scope) not in self._frames:
            outer = self.free(scope.outer) if scope.outer else None
            self._frames[id(scope)] = Frame(scope, {}, outer)
        return self._frames[id(scope)]

    def inside(self, node: ast.expr, frame: Frame) -> Frame:
        """Return the frame of a comprehension's own names."""
        scope = self.program.scopes.get(id(node))
        return Frame(scope, {}, frame) if scope else frame

    def follow(self, node: ast.AST | None, frame: Frame, path: Path = ()) -> None:
        """Add what an expression is made from; with a path, only this part of a tuple."""
        self._steps += 1
        if self.exhausted or node is None:
            return
        match node:
            case ast.Name(id=name):
                self._name(node, name, frame, path)
            case ast.Attribute(value=value, attr=name):
                self._attribute(value, name, frame)
            case ast.Subscript(value=value, slice=index):
                self._item(node, value, index, frame, path)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                self._sequence(node, parts, frame, path)
            case ast.Call():
                self._call(node, frame, path)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                self._mixed([left, right], frame)
            case ast.IfExp(test=test, body=body, orelse=other):
                self.selections.append(Selection(node, test, (body, other), frame))
                self.follow(test, frame)
                self.follow(body, frame, path)
                self.follow(other, frame, path)
            case ast.Lambda() | ast.Constant():
                pass
            case _:
                self._parts(node, frame)

    def _parts(self, node: ast.AST, frame: Frame) -> None:
        """Follow all parts of an expression; of a comprehension, what it makes."""
        self._selected(node, frame)
        if id(node) in self.program.scopes and isinstance(node, ast.expr):
            inner = self.inside(node, frame)
            made = [getattr(node, name, None) for name in ("elt", "key", "value")]
            for part in filter(None, made):
                self.follow(part, inner)
                for loop in getattr(node, "generators", ()):
                    for test in loop.ifs:
                        self.selections.append(Selection(part, test, (part,), inner))
        else:
            for child in ast.iter_child_nodes(node):
                self.follow(child, frame)

    def _sequence(
        self, node: ast.expr, parts: Sequence[ast.expr], frame: Frame, path: Path
    ) -> None:
        self.data |= _numbers(node) >= _FEW
        own = parts[path[0] : path[0] + 1] if path else []
        for part in own or parts:
            self.follow(part, frame, path[1:] if own else ())

    def _name(self, node: ast.AST, name: str, frame: Frame, path: Path) -> None:
        if name in self.learned.names:
            self.trained = True
            if self.opaque:
                return
        for at in frame.chain():
            scope = at.scope
            if name in scope.elsewhere:
                continue
            is_parameter = name in scope.parameters
            if not is_parameter and name not in scope.bindings:
                continue
            self.names.setdefault(token(scope, name), node)
            if name in at.arguments:
                self.follow(*at.arguments[name], path)
            elif is_parameter:
                self._parameter(scope, name, path)
            for binding in scope.bindings.get(name, ()):
                self._binding(name, binding, at, path)
            return

    def values(self, node: ast.Name, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield the values that a name may have, each with its frame, updates left out."""
        for at in frame.chain():
            if node.id in at.arguments:
                yield at.arguments[node.id]
                return
            for binding in at.scope.bindings.get(node.id, ()):
                if not self.learned.skips(node.id, binding):
                    where = at if at.scope is binding.scope else self._within(binding.scope, at)
                    yield from self._part(binding.value, binding.path, where)
            if node.id in at.scope.bindings:
                return

    def _part(self, value: ast.expr, path: Path, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield the part of a value that a path leads to, if the code shows it."""
        if isinstance(value, ast.Call):
            for inner, where in self.returned(value, frame):
                yield from self._part(inner, path, where)
        elif path and isinstance(value, ast.Tuple | ast.List) and path[0] < len(value.elts):
            yield from self._part(value.elts[path[0]], path[1:], frame)
        if not path:
            yield value, frame

    def returned(self, call: ast.Call, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield what the program's own functions return for this call."""
        for function, where in self._functions(call.func, frame):
            inner = self._called(function, call, frame, where)
            yield from ((returned.value, inner) for returned in inner.scope.returns)

    def _binding(self, name: str, binding: Binding, frame: Frame, path: Path) -> None:
        key = (id(binding), id(frame), path)
        if key in self._seen:
            return
        self._seen.add(key)
        if self.learned.skips(name, binding):
            self.trained = True
            return
        self.bindings.append((binding, frame))
        within = frame if frame.scope is binding.scope else self._within(binding.scope, frame)
        self._open.add(key)
        self.follow(binding.value, within, (*binding.path, *path))
        self._open.discard(key)

    def _within(self, scope: Scope, frame: Frame) -> Frame:
        """Return the frame of a scope, the same call's where it is known."""
        return next((at for at in frame.chain() if at.scope is scope), self.free(scope))

    def _parameter(self, scope: Scope, name: str, path: Path) -> None:
        """Follow a parameter to every call of its function."""
        position = scope.parameters.index(name)
        calls = self.program.calls.get(scope.name, [])
        if name == "self" or (id(scope), position, path) in self._seen:
            return
        self._seen.add((id(scope), position, path))
        self.data |= not calls
        for call, where in calls:
            arguments = dict(_arguments(call, scope, self.free(where)))
            if name in arguments:
                self.follow(*arguments[name], path)

    def _attribute(self, value: ast.expr, name: str, frame: Frame) -> None:
        if _SHAPES.fullmatch(name):
            return
        if name in self.learned.names:
            self.trained = True
            if self.opaque:
                return
        self.follow(value, frame)
        for binding in self.program.attributes.get(name, ()):
            self._binding(name, binding, self.free(binding.scope), ())

    def _item(
        self, node: ast.expr, value: ast.expr, index: ast.expr, frame: Frame, path: Path
    ) -> None:
        match index:
            case ast.Constant(value=int() as number) if number >= 0:
                self.follow(value, frame, (number, *path))
            case ast.Constant(value=key):
                if key in self.learned.names:
                    self.trained = True
                    if self.opaque:
                        return
                self.follow(value, frame)
            case _:
                if any(isinstance(part, ast.Compare) for part in ast.walk(index)):
                    self.selections.append(Selection(node, index, (value,), frame))
                table = self._fork(value, frame)
                self._add(table)
                if not table.trained:  # else it is a learned table, such as an embedding
                    self.follow(index, frame)
                self.data |= table.trained

    def _selected(self, node: ast.AST, frame: Frame) -> None:
        """Note a product with a condition: `y * (w > 0.5)`."""
        match node:
            case ast.BinOp(left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    if _is_test(one):
                        self.selections.append(Selection(node, one, (other,), frame))
            case ast.BoolOp(values=[first, *others]):
                self.selections.append(Selection(node, first, tuple(others), frame))

    def _mixed(self, operands: Sequence[ast.expr], frame: Frame) -> None:
        """Follow what weights are multiplied with only if it is learned, too."""
        parts = [self._fork(operand, frame) for operand in operands]
        learned = [part for part in parts if part.trained]
        self.data |= any(part.data for part in parts) or bool(learned)
        for part in parts:
            if part.trained or not learned:
                self._add(part)
            else:
                self.inputs.append(part)

    def _fork(self, node: ast.expr, frame: Frame) -> Reach:
        """Return what one operand is made from, on its own."""
        part = self.fresh(opaque=self.opaque)
        part._seen, part._open = set(self._open), set(self._open)  # noqa: SLF001 - of the same class
        part.follow(node, frame)
        self._steps = part._steps  # noqa: SLF001
        return part

    def _add(self, other: Reach) -> None:
        self.names = {**other.names, **self.names}
        self.trained |= other.trained
        self.data |= other.data
        self.selections += other.selections
        self.bindings += other.bindings
        self.inputs += other.inputs

    def _call(self, call: ast.Call, frame: Frame, path: Path) -> None:
        name, func = called_name(call), call.func
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        origin = self.origins.of(func)
        self.data |= bool(_READS.search(origin or name))
        if _SHAPES.fullmatch(name) or (not self.reduced and _is_reduction(call, origin)):
            return
        if _LEARNS.fullmatch(name):
            self.trained = self.data = True
            if isinstance(func, ast.Attribute) and not origin:
                self.follow(func.value, frame)
            return
        if _SELECTS.fullmatch(name) and len(given) > 1:
            self.selections.append(Selection(call, given[0], tuple(given[1:]), frame))
        functions = list(self._functions(func, frame)) if self._calls < _DEPTH else []
        for function, where in functions:
            self._inline(function, call, (frame, where), path)
        if not functions:
            self._foreign(func, given, frame)

    def _foreign(self, func: ast.expr, given: Sequence[ast.expr], frame: Frame) -> None:
        """Follow a call whose function the program does not define."""
        origin, name = self.origins.of(func), getattr(func, "attr", getattr(func, "id", ""))
        if isinstance(func, ast.Attribute) and not origin:
            self._method(func, given, frame)
        elif origin or name in self.program.classes:
            if _MIXES.fullmatch(name):
                self._mixed(given, frame)
                return
            for argument in given:
                self.follow(argument, frame)
        else:  # an object is called: a network
            self._put_through(given, frame)
            self.follow(func, frame)

    def _method(self, func: ast.Attribute, given: Sequence[ast.expr], frame: Frame) -> None:
        if _MIXES.fullmatch(func.attr):
            self._mixed([func.value, *given], frame)
            return
        self.follow(func.value, frame)
        if _APPLIES.fullmatch(func.attr):
            self._put_through(given, frame)
            return
        for argument in given:
            self.follow(argument, frame)

    def _put_through(self, given: Sequence[ast.expr], frame: Frame) -> None:
        """Note what a network is given; `sum(model.parameters())` is not given anything."""
        self.data |= bool(given)
        self.inputs += [self._fork(argument, frame) for argument in given]

    def _functions(self, func: ast.expr, frame: Frame) -> Iterator[tuple[FunctionNode, Frame]]:
        """Yield the functions of the program that a call may run, with the frames around them."""
        match func:
            case ast.Lambda():
                yield func, frame
            case ast.Name(id=name):
                for at in frame.chain():
                    if name in at.arguments:
                        yield from self._functions(*at.arguments[name])
                        return
                    bound = at.scope.bindings.get(name, ())
                    lambdas = [b.value for b in bound if isinstance(b.value, ast.Lambda)]
                    yield from ((value, at) for value in lambdas)
                yield from self._defined(name, frame)
            case ast.Attribute(attr=name) if not self.origins.of(func):
                yield from self._defined(name, frame)

    def _defined(self, name: str, frame: Frame) -> Iterator[tuple[FunctionNode, Frame]]:
        for function in self.program.functions.get(name, ()):
            outer = self.program.scopes[id(function)].outer
            if outer is not None:
                yield function, self._within(outer, frame)

    def _inline(
        self, function: FunctionNode, call: ast.Call, frames: tuple[Frame, Frame], path: Path
    ) -> None:
        """Follow what a function returns for the arguments of this call."""
        frame = self._called(function, call, *frames)
        self._calls += 1
        for returned in frame.scope.returns:
            self.bindings.append((returned, frame))
            self.follow(returned.value, frame, path)
        self._calls -= 1

    def _called(self, function: FunctionNode, call: ast.Call, frame: Frame, where: Frame) -> Frame:
        """Return the frame of a call; `where` is the frame around the function."""
        scope = self.program.scopes[id(function)]
        arguments = dict(_defaults(function, where)) | dict(_arguments(call, scope, frame))
        return Frame(scope, arguments, where)


def token(scope: Scope, name: str) -> str:
    """Return a name with its scope."""
    return f"{id(scope)}:{name}" if scope.outer else name


def _arguments(
    call: ast.Call, scope: Scope, frame: Frame
) -> Iterator[tuple[str, tuple[ast.expr, Frame]]]:
    """Yield each parameter with the argument that a call gives it."""
    parameters = list(scope.parameters)
    if parameters[:1] == ["self"]:
        parameters.pop(0)
        if isinstance(call.func, ast.Attribute):
            yield "self", (call.func.value, frame)
    for name, value in zip(parameters, call.args, strict=False):
        yield name, (value, frame)
    if any(isinstance(value, ast.Starred) for value in call.args):
        for name in parameters:
            yield name, (call.args[-1], frame)
    for keyword in call.keywords:
        if keyword.arg in parameters:
            yield keyword.arg, (keyword.value, frame)


def _defaults(function: FunctionNode, where: Frame) -> Iterator[tuple[str, tuple[ast.expr, Frame]]]:
    listed = [*function.args.posonlyargs, *function.args.args]
    for one, value in zip(reversed(listed), reversed(function.args.defaults), strict=False):
        yield one.arg, (value, where)
    for one, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, (default, where)


def _is_reduction(call: ast.Call, origin: str) -> bool:
    """Return whether a call leaves one number, or a few, of all that it is given."""
    operands = len(call.args) + (isinstance(call.func, ast.Attribute) and not origin)
    return bool(_REDUCES.fullmatch(called_name(call))) and operands == 1 and not call.keywords


def _is_test(node: ast.expr) -> bool:
    """Return whether an expression is a condition, or a number made of one."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(args=[inner]) if called_name(node) in {"sign", "heaviside", "int", "bool"}:
            return True
        case ast.Call(args=[inner]) if called_name(node) == "float":
            return _is_test(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="any" | "all" | "astype" | "float")):
            return _is_test(inner)
    return False


def _numbers(node: ast.AST) -> int:
    return sum(
        isinstance(n, ast.Constant) and isinstance(n.value, int | float) for n in ast.walk(node)
    )
