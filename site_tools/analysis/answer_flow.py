"""What an expression is made from when a program has ended, past the updates that learn.

Names are followed back through assignments, functions and loops. A learned value is not followed
into its updates: what a network knows of the answers, it knows through them. What a network is
given (`X @ w`, `model(X)`) is not followed either. Where the code does not decide, nothing is
assumed: the result serves notes for a reviewer, who would stop reading if most were wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from site_tools.analysis.call_frames import Frame, Frames, Selection, arguments_of, token
from site_tools.analysis.scopes import EACH, Binding, FunctionNode, Path, Scope
from site_tools.analysis.syntax import called_name
from site_tools.analysis.value_kinds import (
    APPLIES,
    BRINGS,
    LEARNS,
    MIXES,
    SELECTS,
    SHAPES,
    count_numbers,
    is_reduction,
    is_test,
)

_STEPS = 6_000
"""Expressions that are followed for one question; the longest post of this site needs 515."""

_DEPTH = 20
"""Calls inside of calls that are followed."""

_FEW = 4
"""Numbers in a literal from which on it is data."""


@dataclass(eq=False)
class Reach:
    """Everything that an expression is made from."""

    frames: Frames
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
    _steps: int = 0
    _calls: int = 0

    def fresh(self, *, opaque: bool) -> Reach:
        """Return an empty one for the same program."""
        other = Reach(self.frames, opaque)
        other._steps, other._calls = self._steps, self._calls
        return other

    @property
    def exhausted(self) -> bool:
        """Return whether there was too much to follow."""
        return self._steps > _STEPS

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
        if id(node) in self.frames.program.scopes and isinstance(node, ast.expr):
            inner = self.frames.inside(node, frame)
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
        self.data |= count_numbers(node) >= _FEW
        every = path[:1] == (EACH,)
        own = parts[path[0] : path[0] + 1] if path and not every else []
        for part in own or parts:
            self.follow(part, frame, path[1:] if own or every else ())

    def _name(self, node: ast.AST, name: str, frame: Frame, path: Path) -> None:
        if name in self.frames.learning.names:
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
            self.names.setdefault(token(scope, name, path), node)
            if name in at.arguments:
                self.follow(*at.arguments[name], path)
            elif is_parameter:
                self._parameter(scope, name, path)
            for binding in scope.bindings.get(name, ()):
                self._binding(name, binding, at, path)
            return

    def _binding(self, name: str, binding: Binding, frame: Frame, path: Path) -> None:
        key = (id(binding), id(frame), path)
        if key in self._seen:
            return
        self._seen.add(key)
        if self.frames.learning.skips(name, binding):
            self.trained = True
            return
        self.bindings.append((binding, frame))
        within = frame if frame.scope is binding.scope else self.frames.within(binding.scope, frame)
        self._open.add(key)
        self.follow(binding.value, within, (*binding.path, *path))
        self._open.discard(key)

    def _parameter(self, scope: Scope, name: str, path: Path) -> None:
        """Follow a parameter to every call of its function."""
        position = scope.parameters.index(name)
        calls = self.frames.program.calls.get(scope.name, [])
        if name == "self" or (id(scope), position, path) in self._seen:
            return
        self._seen.add((id(scope), position, path))
        self.data |= not calls
        for call, where in calls:
            arguments = dict(arguments_of(call, scope, self.frames.free(where)))
            if name in arguments:
                self.follow(*arguments[name], path)

    def _attribute(self, value: ast.expr, name: str, frame: Frame) -> None:
        if SHAPES.fullmatch(name):
            return
        if name in self.frames.learning.names:
            self.trained = True
            if self.opaque:
                return
        self.follow(value, frame)
        for binding in self.frames.program.attributes.get(name, ()):
            self._binding(name, binding, self.frames.free(binding.scope), ())

    def _item(
        self, node: ast.expr, value: ast.expr, index: ast.expr, frame: Frame, path: Path
    ) -> None:
        match index:
            case ast.Constant(value=int() as number) if number >= 0:
                self.follow(value, frame, (number, *path))
            case ast.Constant(value=key):
                if key in self.frames.learning.names:
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
                    if is_test(one):
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
        origin = self.frames.origins.of(func)
        self.data |= bool(BRINGS.search(origin or name))
        if SHAPES.fullmatch(name) or (not self.reduced and is_reduction(call, origin)):
            return
        if LEARNS.fullmatch(name):
            self.trained = self.data = True
            if isinstance(func, ast.Attribute) and not origin:
                self.follow(func.value, frame)
            return
        if SELECTS.fullmatch(name) and len(given) > 1:
            self.selections.append(Selection(call, given[0], tuple(given[1:]), frame))
        functions = list(self.frames.functions(func, frame)) if self._calls < _DEPTH else []
        for function, where in functions:
            self._inline(function, call, (frame, where), path)
        if not functions:
            self._foreign(func, given, frame)

    def _foreign(self, func: ast.expr, given: Sequence[ast.expr], frame: Frame) -> None:
        """Follow a call whose function the program does not define."""
        origin, name = self.frames.origins.of(func), getattr(func, "attr", getattr(func, "id", ""))
        if isinstance(func, ast.Attribute) and not origin:
            self._method(func, given, frame)
        elif origin or name in self.frames.program.classes:
            if MIXES.fullmatch(name):
                self._mixed(given, frame)
                return
            for argument in given:
                self.follow(argument, frame)
        else:  # an object is called: a network
            self._put_through(given, frame)
            self.follow(func, frame)

    def _method(self, func: ast.Attribute, given: Sequence[ast.expr], frame: Frame) -> None:
        if MIXES.fullmatch(func.attr):
            self._mixed([func.value, *given], frame)
            return
        self.follow(func.value, frame)
        if APPLIES.fullmatch(func.attr):
            self._put_through(given, frame)
            return
        for argument in given:
            self.follow(argument, frame)

    def _put_through(self, given: Sequence[ast.expr], frame: Frame) -> None:
        """Note what a network is given; `sum(model.parameters())` is not given anything."""
        self.data |= bool(given)
        self.inputs += [self._fork(argument, frame) for argument in given]

    def _inline(
        self, function: FunctionNode, call: ast.Call, frames: tuple[Frame, Frame], path: Path
    ) -> None:
        """Follow what a function returns for the arguments of this call."""
        frame = self.frames.called(function, call, *frames)
        self._calls += 1
        for returned in frame.scope.returns:
            self.bindings.append((returned, frame))
            self.follow(returned.value, frame, path)
        self._calls -= 1
