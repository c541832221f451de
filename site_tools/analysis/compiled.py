"""Functions that a library compiles or traces: numba's and JAX's.

Their bodies do not run as Python, so nothing in them can be watched or switched off.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from site_tools.analysis.syntax import called_name

_COMPILES = {
    *("jit", "njit", "pjit", "pmap", "vmap", "grad", "value_and_grad", "jacfwd", "jacrev"),
    *("checkpoint", "remat", "custom_jvp", "custom_vjp", "scan", "fori_loop", "while_loop", "cond"),
    *("vectorize", "guvectorize", "stencil", "cfunc"),
}
"""Decorators and functions of numba and JAX that compile, trace or differentiate a function."""

_LIBRARIES = {"numba", "jax", "flax", "equinox"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def compiled_functions(trees: Sequence[ast.Module]) -> list[Function]:
    """Return the functions of a program that numba or JAX compiles, with those that these call."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    if not any(_imports_one(node) for node in nodes):
        return []
    functions = [node for node in nodes if isinstance(node, Function)]
    names = {
        argument.id
        for node in nodes
        if isinstance(node, ast.Call) and called_name(node) in _COMPILES
        for argument in node.args
        if isinstance(argument, ast.Name)
    }
    found = [f for f in functions if f.name in names or any(map(_compiles, f.decorator_list))]
    while True:
        called = {
            called_name(node) for f in found for node in ast.walk(f) if isinstance(node, ast.Call)
        }
        fresh = [f for f in functions if f.name in called and f not in found]
        if not fresh:
            return found
        found += fresh


def _imports_one(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in _LIBRARIES for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _LIBRARIES


def _compiles(decorator: ast.expr) -> bool:
    """Return whether a decorator compiles: `@njit`, `@jax.jit`, `@partial(jax.jit, …)`."""
    return any(
        getattr(node, "attr", getattr(node, "id", "")) in _COMPILES for node in ast.walk(decorator)
    )
