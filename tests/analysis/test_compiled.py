"""What numba and JAX compile is left as it is: it does not run as Python."""

from __future__ import annotations

import ast

from site_tools.analysis.compiled import compiled_functions
from site_tools.analysis.instrument import Wanted, instrument
from site_tools.analysis.syntax import parse_program
from site_tools.analysis.update_candidates import proposals

PROGRAM = """\
from functools import partial
import jax
from numba import njit

def error_of(params, x, y):
    return x @ params - y

@partial(jax.jit, static_argnums=0)
def step(size, params, x, y):
    params = params - 0.1 * error_of(params, x, y) @ x
    return params

@njit
def train(w, x, y):
    for i in range(10):
        w -= 0.1 * (x * w - y) * x
    return w

def body(carry, row):
    carry = carry - 0.1 * carry * row
    return carry, row

def plain(w):
    for i in range(10):
        w -= 0.1 * w
    return w

for i in range(5):
    params = step(2, params, x, y)
last, _ = jax.lax.scan(body, 0.5, rows)
w = plain(train(0.1, 1.0, 2.0))
"""


def test_compiled_functions_are_found_with_those_that_they_call() -> None:
    found = {function.name for function in compiled_functions(parse_program([PROGRAM]))}

    assert found == {"error_of", "step", "train", "body"}


def test_without_such_a_library_nothing_is_compiled() -> None:
    source = PROGRAM.replace("import jax", "").replace("from numba import njit", "")

    assert compiled_functions(parse_program([source])) == []


def test_compiled_functions_are_not_instrumented() -> None:
    tree = instrument([PROGRAM], Wanted(["params", "w", "carry"])).trees[0]

    own = {
        node.name: ast.unparse(node)
        for node in ast.parse(PROGRAM).body
        if isinstance(node, ast.FunctionDef)
    }
    new = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    changed = {name for name, text in own.items() if new[name] != text}
    assert changed == {"plain"}
    assert "learns" in ast.unparse(tree).split("for i in range(5)")[1]


def test_no_update_of_a_compiled_function_is_proposed() -> None:
    lines = PROGRAM.splitlines()

    assert {lines[site.line - 1].strip() for site in proposals([PROGRAM])} == {
        "params = step(2, params, x, y)",
        "w -= 0.1 * w",
    }
