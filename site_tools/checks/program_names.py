"""A program, and the full names behind what it imported: `mp.Pool` is `multiprocessing.Pool`."""

from __future__ import annotations

import ast

from site_tools.analysis.syntax import imported_names

Finding = tuple[int, str, str]
"""A line of a program, what is wrong there, and a remedy."""


class Program:
    """A syntax tree with its nodes, and the full names of what they call."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.nodes = list(ast.walk(tree))
        self._meanings = dict(imported_names(self.nodes))
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._add(node.targets[0].id, node.value)
            elif isinstance(node, ast.ClassDef) and node.bases:
                self._add(node.name, node.bases[0])

    def name_of(self, node: ast.expr) -> str:
        """Return the full name of an expression; of a call that of the function; or an empty text.

        Of a name that is not imported it is the name itself.
        """
        match node:
            case ast.Name(id=name):
                return self._meanings.get(name, name)
            case ast.Attribute(value=owner, attr=name):
                return f"{self.name_of(owner)}.{name}"
            case ast.Call(func=function):
                return self.name_of(function)
        return ""

    def _add(self, name: str, value: ast.expr) -> None:
        meaning = self.name_of(value)
        if "." in meaning and meaning.partition(".")[0] != name:
            self._meanings.setdefault(name, meaning)
