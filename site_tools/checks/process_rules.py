"""Rules for programs that start processes.

On macOS and Windows a new process imports the script again, so a script that starts one outside of
`if __name__ == "__main__":` would start more without end, and Python stops it. On Linux it works up
to Python 3.13.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from site_tools.analysis.syntax import called_name
from site_tools.checks.program_names import Finding, Program

_MODULES = ("multiprocessing.", "torch.multiprocessing.", "concurrent.futures.")
_AT_ONCE = {"Pool", "Manager", "spawn", "start_processes"}
"""What starts processes when it is called."""
_LATER = {"Process", "ProcessPoolExecutor", "DataLoader"}
"""What starts processes when its value is used."""
_CALLED_WITH_CLASS = {"__init__", "__post_init__", "__enter__", "__iter__", "__call__"}
_WORKERS, _POSITION = "num_workers", 5
"""The argument of `DataLoader`, and its position."""

_NAMES = (ast.Name, ast.Attribute, ast.Subscript)

_GUARD = 'put what uses it below `if __name__ == "__main__":`'


def unguarded_processes(program: Program) -> Iterator[Finding]:
    """Yield what starts processes whenever the script is imported."""
    if not any(_starts_processes(node, program) for node in program.nodes):
        return
    nodes = list(_run_on_import(program.tree.body, _definitions(program)))
    bound = _bound_values(program)
    for call in nodes:
        if not (isinstance(call, ast.Call) and _starts_processes(call, program)):
            continue
        name = bound.get(call)
        if called_name(call) not in _AT_ONCE and name and not _is_used(name, nodes):
            continue
        what = called_name(call) or program.name_of(call).rpartition(".")[2]
        if program.name_of(call).endswith("DataLoader"):
            what, remedy = f"{what}({_WORKERS}=…)", f"Leave out `{_WORKERS}`, or {_GUARD}."
        else:
            what, remedy = f"{what}(…)", f"Use threads, such as `ThreadPoolExecutor`, or {_GUARD}."
        said = f"`{what}` starts processes, which import the script again on macOS and Windows."
        yield call.lineno, said, remedy


def _run_on_import(
    body: Iterable[ast.AST], definitions: dict[str, list[ast.AST]]
) -> Iterator[ast.AST]:
    """Yield the nodes that run when a script is imported, also in the functions that it calls."""
    waiting, seen = list(body), set[ast.AST]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        waiting += _next(node)
        if isinstance(node, ast.Call):
            waiting += [
                part for found in definitions.get(called_name(node), []) for part in _body(found)
            ]


def _next(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that run with it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [*node.decorator_list, node.args]
    if isinstance(node, ast.Lambda):
        return [node.args]
    if isinstance(node, ast.If) and (sign := _guard(node.test)) is not None:
        return list(node.orelse if sign else node.body)
    return list(ast.iter_child_nodes(node))


def _guard(test: ast.expr) -> bool | None:
    """Return whether a condition is true in the script and false on import; None for others."""
    tests = test.values if isinstance(test, ast.BoolOp) else [test]
    for one in tests:
        if isinstance(one, ast.Compare) and "__main__" in ast.unparse(one):
            return isinstance(one.ops[0], ast.Eq)
    return None


def _definitions(program: Program) -> dict[str, list[ast.AST]]:
    """Return the functions and methods by name; the name of a class means its creation."""
    found: dict[str, list[ast.AST]] = {}
    for node in program.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.ClassDef):
            methods = (n for n in node.body if isinstance(n, ast.FunctionDef))
            called = [n for n in methods if n.name in _CALLED_WITH_CLASS]
            found.setdefault(node.name, []).extend(called)
    return found


def _body(node: ast.AST) -> list[ast.AST]:
    return list(getattr(node, "body", []))


def _bound_values(program: Program) -> dict[ast.expr, str]:
    """Return the expressions whose value gets a name, with that name."""
    return {
        node.value: node.targets[0].id
        for node in program.nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _is_used(name: str, nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for node in nodes
    )


def _starts_processes(call: ast.AST, program: Program) -> bool:
    if not isinstance(call, ast.Call):
        return False
    module, _, name = program.name_of(call.func).rpartition(".")
    if name == "DataLoader" and module.startswith("torch."):
        return _has_workers(call, program)
    inside = f"{module}.".startswith(_MODULES) and ".dummy" not in module
    return inside and name in _AT_ONCE | _LATER


def _has_workers(call: ast.Call, program: Program) -> bool:
    """Return whether a `DataLoader` is asked for worker processes."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == _WORKERS]
    given += call.args[_POSITION : _POSITION + 1]
    if any(keyword.arg is None for keyword in call.keywords):  # `**options`
        given += _options(program)
    return any(_is_positive(value, program) for value in given)


def _options(program: Program) -> Iterator[ast.expr]:
    """Yield the numbers of workers in dictionaries."""
    for node in program.nodes:
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == _WORKERS:
                    yield value
        elif isinstance(node, ast.Call) and called_name(node) in {"dict", "update"}:
            yield from (keyword.value for keyword in node.keywords if keyword.arg == _WORKERS)


def _is_positive(value: ast.expr, program: Program) -> bool:
    """Return whether an expression may be a positive number, as far as the code shows it."""
    match value:
        case ast.Constant(value=number):
            return bool(number)
        case ast.IfExp(body=one, orelse=other):
            return _is_positive(one, program) or _is_positive(other, program)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return any(_is_positive(given, program) for given in _given_to(name, program))
        case ast.Subscript():
            return any(_is_positive(given, program) for given in _options(program))
    return any(isinstance(part, ast.Call) for part in ast.walk(value))  # such as `cpu_count()`


def _given_to(name: str, program: Program) -> list[ast.expr]:
    """Return the values that a variable, an attribute or a parameter gets; no other names."""
    given: list[ast.expr | None] = []
    defaults: list[ast.expr | None] = []
    for node in program.nodes:
        if isinstance(node, ast.Assign):
            given += [node.value for target in node.targets if _last_name(target) == name]
        elif isinstance(node, ast.AnnAssign):
            given += [node.value] if _last_name(node.target) == name else []
        elif isinstance(node, ast.keyword):
            given += [node.value] if node.arg == name else []
        elif isinstance(node, ast.arguments):
            defaults += [default for parameter, default in _defaults(node) if parameter == name]
    known = [value for value in given if value and not isinstance(value, _NAMES)]
    return known or [value for value in defaults if value and not isinstance(value, _NAMES)]


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the parameters that may have a default value, with that value."""
    parameters = [*arguments.posonlyargs, *arguments.args]
    positional = parameters[len(parameters) - len(arguments.defaults) :]
    yield from zip((one.arg for one in positional), arguments.defaults, strict=True)
    yield from zip((one.arg for one in arguments.kwonlyargs), arguments.kw_defaults, strict=True)


def _last_name(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))
