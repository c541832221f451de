"""What each top-level statement of a program reads, binds and may change, by the names in it.

A function of the program changes the arguments that its body changes. A function of a library
changes its arguments if its result is not used, as `shuffle(rows)` does, and nothing otherwise. A
method whose result is not used changes its owner and what that was made from: an optimizer changes
the weights.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_tools.analysis.name_origins import (
    FRESH,
    Definition,
    Origins,
    arguments_of,
    bound_by,
    chain_of,
    constant_names,
    declared_global,
    free_names,
    functions_held,
    locals_of,
    parts_of,
    read_by,
)
from site_tools.analysis.syntax import arguments_given, imported_names

_DRAWS = ("matplotlib", "IPython", "seaborn")
"""Modules whose functions change no number."""

_SEEDS = {"seed", "manual_seed", "manual_seed_all"}
"""Functions of modules that set no more than random numbers."""

_CHANGES = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "setdefault"),
    *("sort", "reverse", "add", "discard", "step", "load_state_dict", "train", "minimize"),
    *("fit", "partial_fit", "fit_transform", "fit_predict"),
}
"""Methods that change their owner, also where their result is used."""

_SLOPES = {"backward", "zero_grad"}
"""Methods that change gradients only: what is trained changes in a step."""

_VIEWS = {"T", "mT", "data", "flat", "real", "imag", "view", "reshape", "ravel", "detach", "numpy"}
"""Attributes and methods that give the same contents in another form."""

_CALLED = ("forward", "__call__")
"""The methods that a call of an object runs."""

_BUILTIN = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Effects:
    """What a statement at top level does to names."""

    reads: frozenset[str]
    binds: frozenset[str] = frozenset()
    """The names that it may bind."""
    replaces: frozenset[str] = frozenset()
    """Those of them that hold another value afterwards in any case."""
    changes: frozenset[str] = frozenset()
    """The names of things whose contents it may change."""
    is_setting: bool = False
    """Whether it sets something in a module, such as the number of threads."""


class ProgramNames:
    """The names of a program, with what they were made from and what its functions change."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree)]
        imported = dict(imported_names(nodes))
        self.modules = frozenset(imported)
        self.draws = frozenset(n for n, full in imported.items() if full.startswith(_DRAWS))
        self.defined: dict[str, list[Definition]] = {}
        """The functions, methods and classes of the program."""
        for node in nodes:
            if isinstance(node, Definition):
                self.defined.setdefault(node.name, []).append(node)
        top = [part for tree in trees for statement in tree.body for part in parts_of(statement)]
        self._top = Origins(top)
        self._drawn = {n for n, made in self._top.made_from.items() if made & self.draws}
        """Figures, panels and the like."""
        self._not_data = self.modules | self.defined.keys() | _BUILTIN | constant_names(top)
        self._held = functions_held(nodes, self.defined)
        self.local = frozenset(name for node in nodes for name in locals_of(node))
        """The arguments of its functions, and the names that they bind."""
        self._own_changes: dict[str, set[str]] = {name: set() for name in self.defined}
        """For each function, what its body changes: its arguments, `self` and global names."""
        self._follow_functions()

    @property
    def has_hidden_changes(self) -> bool:
        """Return whether an operator, or what else Python calls by itself, changes something."""
        called = {"__init__", *_CALLED}
        return any(
            changed
            for name, changed in self._own_changes.items()
            if name.startswith("__") and name not in called
        )

    def effects(self, statement: ast.stmt) -> Effects:
        """Return what a statement at top level does."""
        reads = frozenset(read_by(statement))
        if isinstance(statement, Definition):
            own = frozenset([statement.name])
            return Effects(reads, own, own)
        parts = list(parts_of(statement))
        binds = frozenset(bound_by(parts))
        simple = isinstance(statement, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom)
        return Effects(
            reads,
            binds,
            binds if simple else frozenset(),
            frozenset(self._changes(parts, self._top)) - self._not_data - self._drawn,
            any(map(self._is_setting, parts)),
        )

    def needed_by(self, names: Iterable[str]) -> frozenset[str]:
        """Return these names, and all that is read when what they hold is called."""
        found: set[str] = set()
        new = set(names)
        while new:
            found |= new
            called = new.union(*(self._callable(name) for name in new))
            bodies = [body for name in called for body in self.defined.get(name, [])]
            new = {name for body in bodies for name in free_names(body)} - found
        return frozenset(found)

    def _callable(self, name: str) -> set[str]:
        """Return the classes of what a name holds, and the functions that it holds."""
        made = self._top.made_from.get(name, set()) & self.defined.keys()
        classes = {m for m in made if isinstance(self.defined[m][0], ast.ClassDef)}
        return classes | self._held.get(name, set())

    def meets(self, changed: Collection[str], wanted: Collection[str]) -> bool:
        """Return whether a change of these things may be seen in those that are wanted."""
        changed = set(changed)
        reached = self._top.with_shared(changed) - self._not_data
        return any(n in reached or self._top.with_shared([n]) & changed for n in wanted)

    def _follow_functions(self) -> None:
        """Find what each function changes, through all that it calls."""
        grown = True
        while grown:
            grown = False
            for name, bodies in self.defined.items():
                before = len(self._own_changes[name])
                for body in bodies:
                    self._own_changes[name] |= self._changed_by(body)
                grown = grown or len(self._own_changes[name]) > before

    def _changed_by(self, body: Definition) -> set[str]:
        """Return what calling a function, or making an object of a class, changes elsewhere."""
        if isinstance(body, ast.ClassDef):
            return self._own_changes.get("__init__", set())
        parts = [part for statement in body.body for part in parts_of(statement)]
        origins, arguments, bound = Origins(parts), arguments_of(body), set(bound_by(parts))
        own = bound - declared_global(body) - arguments
        changed = origins.with_shared(self._changes(parts, origins))
        return (changed - own - self._not_data) | (bound & declared_global(body))

    def _changes(self, parts: Iterable[ast.AST], origins: Origins) -> Iterator[str]:
        """Yield the names of the things that the parts of some statements may change."""
        for part in parts:
            match part:
                case (
                    ast.Subscript(ctx=ast.Store() | ast.Del())
                    | ast.Attribute(ctx=ast.Store() | ast.Del())
                ):
                    yield from self._reached(part.value, origins)
                case ast.AugAssign(target=ast.Name(id=name)):
                    yield name
                case (
                    ast.Expr(value=ast.Call() as call)
                    | ast.Expr(value=ast.Await(value=ast.Call() as call))
                ):
                    yield from self._changed_unused(call, origins)
                case ast.Call():
                    yield from self._changed_used(part, origins)

    def _reached(self, owner: ast.AST, origins: Origins) -> Iterator[str]:
        """Yield what changes when something is stored in this: of `nets[0]`, also each net."""
        deep = any(
            isinstance(one, ast.Subscript)
            or (isinstance(one, ast.Attribute) and one.attr not in _VIEWS)
            for one in chain_of(owner)
        )
        for name in self._roots(owner):
            yield name
            if deep:
                yield from origins.made_from.get(name, ())

    def _changed_used(self, call: ast.Call, origins: Origins) -> Iterator[str]:
        """Yield what a call changes whose result may be used."""
        yield from (n for k in call.keywords if k.arg == "out" for n in self._roots(k.value))
        match call.func:
            case ast.Name(id=name) if name in self.defined:
                yield from self._changed_by_own(name, call, skip=0)
            case ast.Name() | ast.Subscript():
                changing = self._own_changes
                if any("self" in changing.get(method, ()) for method in _CALLED):
                    yield from self._roots(call.func)
            case ast.Attribute(attr=name, value=owner):
                root = next(iter(self._roots(owner)), "")
                if root in self.modules:
                    return
                if name in self.defined:
                    if "self" in self._own_changes[name]:
                        yield from self._reached(owner, origins)
                    yield from self._changed_by_own(name, call, skip=1)
                elif name in _CHANGES or (name.endswith("_") and not name.endswith("__")):
                    yield from self._reached(owner, origins)

    def _changed_unused(self, call: ast.Call, origins: Origins) -> Iterator[str]:
        """Yield what a call changes whose result is not used: it is made for that."""
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        given = [name for one in arguments for name in self._roots(one)]
        match call.func:
            case ast.Name(id=name) if name in self.defined or name in {"print", *self.draws}:
                return
            case ast.Name(id=name):
                yield from [name, *given]
            case ast.Attribute(attr=name, value=owner) if name not in self.defined:
                roots = list(self._roots(owner))
                behind = [n for root in roots for n in origins.made_from.get(root, ())]
                if self.draws.intersection([*roots, *behind]):
                    return
                if name not in _SLOPES and not set(roots) & self.modules:
                    yield from [*roots, *given, *behind]

    def _changed_by_own(self, name: str, call: ast.Call, skip: int) -> Iterator[str]:
        """Yield what a call of the program's own function changes."""
        changed = self._own_changes[name]
        for body in self.defined[name]:
            if isinstance(body, ast.ClassDef):
                if "__init__" in self.defined:
                    yield from self._changed_by_own("__init__", call, skip=1)
                continue
            parameters = [one.arg for one in (*body.args.posonlyargs, *body.args.args)][skip:]
            for parameter, value in arguments_given(call, parameters):
                if parameter in changed:
                    yield from self._roots(value)
            if any(isinstance(one, ast.Starred) for one in call.args) and changed & {*parameters}:
                yield from (n for one in call.args for n in self._roots(one))
            yield from changed - arguments_of(body)

    def _roots(self, node: ast.AST) -> Iterator[str]:
        """Yield the names whose things an expression gives, or parts of them."""
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Starred(value=inner):
                yield from self._roots(inner)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name not in FRESH:
                yield from self._roots(owner)
            case ast.List() | ast.Tuple():
                yield from (name for one in node.elts for name in self._roots(one))

    def _is_setting(self, part: ast.AST) -> bool:
        """Return whether a part calls a function of a module for nothing but what it sets."""
        match part:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name, value=owner))):
                roots = set(self._roots(owner))
                return bool(roots & self.modules) and not roots & self.draws and name not in _SEEDS
            case ast.Attribute(ctx=ast.Store(), value=owner):
                return bool(set(self._roots(owner)) & (self.modules - self.draws))
        return False
