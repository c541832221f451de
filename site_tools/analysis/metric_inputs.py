"""Whether a metric is made from what a program has learned, from its data, and nothing else.

A number that was kept while the network trained, such as the last loss, cannot be computed again
from the end of a program: other data would not change it, whatever it measures.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.answer_sites import OBSERVER, bound_names
from site_tools.analysis.data_names import Data
from site_tools.analysis.learned_names import Learned
from site_tools.analysis.syntax import called_name, imported_names, uses

_MIXES = re.compile(
    r"dot|matmul|mm|bmm|einsum|tensordot|inner|outer|convolve|linear|conv\dd|sum|mean|std|var|cumsum"
)
"""Functions whose result depends on several numbers of what they are given."""

_PLAIN = re.compile(r"T|shape|size|ndim|dtype|device|real|imag|flat|data|weight|bias|grad")
"""Attributes of arrays, of parameters, and of networks that are parameters."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class MetricInputs:
    """What a metric and the statements that compute it read."""

    def __init__(self, trees: Sequence[ast.Module], learned: Learned, data: Data) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree)]
        self.learned, self.once = learned, set(data.once)
        self.modules = {name for name, _ in imported_names(nodes)}
        self.definitions: dict[str, list[ast.AST]] = {}
        for node in nodes:
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self.definitions.setdefault(name, []).append(node)
                case ast.ClassDef(name=name):
                    self.definitions.setdefault(name, []).append(node)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                    self.definitions.setdefault(name, []).append(function)

    def are_all(self, steps: Sequence[ast.stmt], metric: ast.expr) -> bool:
        """Return whether these steps and a metric read what is learned, and else only data."""
        if not any(self._read(part) & set(self.learned.names) for part in [*steps, metric]):
            return False
        fresh: set[str] = set()
        if any(map(self._keeps, [*steps, metric])):
            return False
        for part in [*steps, metric]:
            stored = bound_names(part) if isinstance(part, ast.stmt) else set()
            own = set() if isinstance(part, ast.Assign | ast.AugAssign) else stored
            if not all(map(self._is_known, self._read(part) - fresh - own)):
                return False
            fresh |= stored
        return True

    def read_by(self, steps: Sequence[ast.stmt], metric: ast.expr) -> set[str]:
        """Return the names at top level that these steps and a metric read themselves."""
        return set().union(*map(self._read, [*steps, metric]))

    def _keeps(self, part: ast.AST) -> bool:
        """Return whether code reads what an object of the program may have kept while it learned.

        `net.w` is learned, `net.weight` may be, `trainer.history` was.
        """
        nodes = list(ast.walk(part))
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        return any(
            isinstance(node, ast.Attribute)
            and id(node) not in called
            and isinstance(node.value, ast.Name)
            and node.value.id in {*self.learned.names, *self.once}
            and not (node.attr in self.learned.names or _PLAIN.fullmatch(node.attr))
            for node in nodes
        )

    def _is_known(self, name: str) -> bool:
        """Return whether computing the metric again would give a name the same value."""
        if name in self.modules or name in self.definitions or name == OBSERVER:
            return True
        if name in self.learned.names or (hasattr(builtins, name) and name not in self.once):
            return True
        return name in self.once and not self.learned.depends(ast.Name(name, ast.Load()))

    def _read(self, part: ast.AST) -> set[str]:
        """Return the names at top level that code reads, with the functions that it calls."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [part]
        while waiting:
            node = waiting.pop()
            local = set(_local_names(node)) if isinstance(node, _Definition) else set()
            read = list(_reads(node))
            found |= {name for kind, name in read if kind == "name"} - local
            called = {name for _, name in read if name in self.definitions} - seen
            seen |= called
            waiting += [inner for name in called for inner in self.definitions[name]]
        return found


def _reads(node: ast.AST) -> set[tuple[str, str]]:
    """Return what code reads, and not only binds: of `n += 1` it is n, of `n = 1` nothing."""
    parts = list(ast.walk(node))
    names = [part for part in parts if isinstance(part, ast.Name)]
    added = [part.target for part in parts if isinstance(part, ast.AugAssign)]
    loaded = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    loaded |= {target.id for target in added if isinstance(target, ast.Name)}
    return {(kind, name) for kind, name in uses(node) if kind != "name" or name in loaded}


def _local_names(node: _Definition) -> Iterator[str]:
    """Yield the parameters of functions, and the names that they bind."""
    for part in ast.walk(node):
        match part:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name


def is_taken_singly(trees: Sequence[ast.Module], name: str) -> bool:
    """Return whether a loop of a program uses each number of a thing on its own somewhere."""
    loops = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.For | ast.While)]
    return any(_reads_singly(part, name) for loop in loops for part in loop.body)


def _reads_singly(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Load)
    return not _mixes(node) and any(_reads_singly(p, name) for p in ast.iter_child_nodes(node))


def _mixes(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.MatMult()):
            return True
        case ast.Call():
            return bool(_MIXES.fullmatch(called_name(node)))
    return False
