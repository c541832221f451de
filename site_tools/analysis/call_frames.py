"""The calls of a program: which functions they run, and what each name is in one of them.

Where the code does not decide, every possibility is given.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from site_tools.analysis.origins import Origins
from site_tools.analysis.scopes import EACH, Binding, FunctionNode, Path, Program, Scope


@dataclass(frozen=True, slots=True)
class Learning:
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


@dataclass(frozen=True)
class Frames:
    """The frames of a program in which some names learn."""

    program: Program
    origins: Origins
    learning: Learning
    _free: dict[int, Frame] = field(default_factory=dict)

    def free(self, scope: Scope) -> Frame:
        """Return a frame for a scope of which no call is known."""
        if id(scope) not in self._free:
            outer = self.free(scope.outer) if scope.outer else None
            self._free[id(scope)] = Frame(scope, {}, outer)
        return self._free[id(scope)]

    def inside(self, node: ast.expr, frame: Frame) -> Frame:
        """Return the frame of a comprehension's own names."""
        scope = self.program.scopes.get(id(node))
        return Frame(scope, {}, frame) if scope else frame

    def values(self, node: ast.Name, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield the values that a name may have, each with its frame, updates left out."""
        for at in frame.chain():
            if node.id in at.arguments:
                yield at.arguments[node.id]
                return
            for binding in at.scope.bindings.get(node.id, ()):
                if not self.learning.skips(node.id, binding):
                    where = at if at.scope is binding.scope else self.within(binding.scope, at)
                    yield from self._part(binding.value, binding.path, where)
            if node.id in at.scope.bindings:
                return

    def _part(self, value: ast.expr, path: Path, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield the part of a value that a path leads to, if the code shows it."""
        if isinstance(value, ast.Call):
            for inner, where in self.returned(value, frame):
                yield from self._part(inner, path, where)
        elif path and isinstance(value, ast.Tuple | ast.List) and 0 <= path[0] < len(value.elts):
            yield from self._part(value.elts[path[0]], path[1:], frame)
        elif path[:1] == (EACH,) and isinstance(value, ast.Name):
            for row, where in self._rows(value.id, frame):
                yield from self._part(row, path[1:], where)
        if not path:
            yield value, frame

    def _rows(self, name: str, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield what a list holds, as far as the code shows it: `rows.append((x, error))`."""
        owners = [at for at in frame.chain() if name in at.scope.bindings]
        for at in owners[:1]:
            for binding in at.scope.bindings[name]:
                match binding.value:
                    case ast.List(elts=rows):
                        yield from ((row, at) for row in rows)
                    case ast.Tuple() as row if not binding.path:
                        yield row, self.within(binding.scope, at)

    def returned(self, call: ast.Call, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
        """Yield what the program's own functions return for this call."""
        for function, where in self.functions(call.func, frame):
            inner = self.called(function, call, frame, where)
            yield from ((returned.value, inner) for returned in inner.scope.returns)

    def within(self, scope: Scope, frame: Frame) -> Frame:
        """Return the frame of a scope, the same call's where it is known."""
        return next((at for at in frame.chain() if at.scope is scope), self.free(scope))

    def functions(self, func: ast.expr, frame: Frame) -> Iterator[tuple[FunctionNode, Frame]]:
        """Yield the functions of the program that a call may run, with the frames around them."""
        match func:
            case ast.Lambda():
                yield func, frame
            case ast.Name(id=name):
                for at in frame.chain():
                    if name in at.arguments:
                        yield from self.functions(*at.arguments[name])
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
                yield function, self.within(outer, frame)

    def called(self, function: FunctionNode, call: ast.Call, frame: Frame, where: Frame) -> Frame:
        """Return the frame of a call; `where` is the frame around the function."""
        scope = self.program.scopes[id(function)]
        arguments = dict(_defaults(function, where)) | dict(arguments_of(call, scope, frame))
        return Frame(scope, arguments, where)


def token(scope: Scope, name: str, path: Path = ()) -> str:
    """Return a name with its scope, and which part it is of each thing that the name holds."""
    part = str(path) if path[:1] == (EACH,) else ""
    return f"{id(scope)}:{name}{part}" if scope.outer else f"{name}{part}"


def arguments_of(
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
