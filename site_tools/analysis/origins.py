"""What the names of a program refer to, where imports and aliases decide it.

`s` is `sys` after `import sys as s`; `getattr(s, "mod" + "ules")` is `sys.modules`.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from site_tools.analysis.syntax import imported_names

_ROUNDS = 3
"""Aliases of aliases that are followed."""

_OWNERS = ("python", "builtins", "importlib")
"""Where functions of Python itself come from; `python` means that a name was not imported."""


class Origins:
    """The imported modules and objects behind a program's names."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree)]
        self.imported = dict(imported_names(nodes))
        """What each imported name was imported as, such as `np` → `numpy`."""
        self._names = dict(self.imported)
        self._texts: dict[str, str] = {}
        self.own = set(_defined(nodes))
        """The names that the program itself defines or assigns."""
        for _ in range(_ROUNDS):
            for node in nodes:
                self._follow(node)

    def of(self, node: ast.AST | None) -> str:  # noqa: PLR0911 - one for each kind of node
        """Return the dotted name of what an expression refers to; empty when it is unknown."""
        match node:
            case ast.Name(id=name):
                if name in self._names:
                    return self._names[name]
                is_builtin = hasattr(builtins, name) and name not in self.own
                return f"python.{name}" if is_builtin or name == "__builtins__" else ""
            case ast.Attribute(value=value, attr=name):
                return self._member(value, name)
            case ast.NamedExpr(value=value):
                return self.of(value)
            case ast.Call(args=[owner, key, *_]) if self.calls(node, "getattr"):
                return self._member(owner, self.text(key))
            case ast.Call(args=[name, *_]) if self.calls(node, "__import__", "import_module"):
                return self.text(name)
            case ast.Call(args=[owner]) if self.calls(node, "vars"):
                return self._member(owner, "__dict__")
            case ast.Call() if self.calls(node, "globals", "locals"):
                return "globals()"
            case ast.Subscript(value=value, slice=key):
                return self._item(self.of(value), self.text(key))
        return ""

    def calls(self, call: ast.Call, *names: str) -> bool:
        """Return whether one of these functions of Python is called, by whatever name."""
        origin = self.of(call.func)
        return any(origin in {f"{owner}.{name}" for owner in _OWNERS} for name in names)

    def text(self, node: ast.AST) -> str:  # noqa: PLR0911 - one for each kind of node
        """Return the text that an expression of literals makes; empty when it is unknown."""
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.Name(id=name):
                return self._texts.get(name, "")
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.text(left), self.text(right)
                return first + second if first and second else ""
            case ast.JoinedStr(values=parts):
                texts = [
                    self.text(p.value if isinstance(p, ast.FormattedValue) else p) for p in parts
                ]
                return "".join(texts) if all(texts) else ""
            case ast.Subscript(value=value, slice=ast.Slice(None, None, ast.UnaryOp())):
                return self.text(value)[::-1]
            case ast.Call(func=ast.Attribute(value=between, attr="join"), args=[parts]):
                if isinstance(parts, ast.List | ast.Tuple):
                    separator = between.value if isinstance(between, ast.Constant) else None
                    texts = [self.text(part) for part in parts.elts]
                    return str(separator).join(texts) if separator is not None else ""
        return ""

    def _member(self, owner: ast.AST, name: str) -> str:
        base = self.of(owner)
        return f"{base}.{name}" if base and name else ""

    def _item(self, base: str, key: str) -> str:
        """Return what a dictionary of an interpreter holds under a key."""
        if not base or not key:
            return ""
        if base.endswith(".__dict__"):
            return f"{base.removesuffix('.__dict__')}.{key}"
        if base == "globals()":
            return self._names.get(key, "")
        return key if base == "sys.modules" else f"{base}[{key}]"

    def _follow(self, node: ast.AST) -> None:
        pairs: list[tuple[ast.expr, ast.expr]]
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [pair for target in targets for pair in _pairs(target, value)]
            case ast.NamedExpr(target=target, value=value):
                pairs = [(target, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs = [(target, value)]
            case _:
                return
        for bound, made in pairs:
            if isinstance(bound, ast.Name):
                if origin := self.of(made):
                    self._names.setdefault(bound.id, origin)
                if text := self.text(made):
                    self._texts.setdefault(bound.id, text)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, other)
    else:
        yield target, value


def _defined(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.arg(arg=name):
                yield name
