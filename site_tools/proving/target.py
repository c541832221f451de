"""What the command line names → a program: a script, a notebook, a folder, or a function.

train.py            as `python train.py`
study.ipynb         its code cells, in order
folder              as `python folder`; a package as `python -m package`
train.py:accuracy   the function `accuracy` of that file, called without arguments
package.fit:score   a function of a module
"""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from site_tools.analysis.syntax import parse
from site_tools.model.errors import BadUsage, nearest
from site_tools.model.launch import Launch
from site_tools.model.source import Cell, Line, Place
from site_tools.proving.notebook import notebook_cells
from site_tools.proving.source_text import source_lines

RESULT = "result"
"""The name of what a function returns; its metric, unless another is given."""

_FORMS = "Name a script, a notebook, a folder with `__main__.py`, or a function: `train.py:score`."


@dataclass(frozen=True, slots=True)
class Target:
    """A program and the folder that it runs in."""

    name: str
    """What the command line calls it."""
    file: Path
    """The file that holds it."""
    root: Path
    cells: tuple[Cell, ...]
    """Of the program itself, without its modules."""
    launch: Launch
    function: str = ""
    """The function that is called; empty for a program that runs by itself."""

    @property
    def shown(self) -> str:
        """Return the path of the file in messages."""
        return shown(self.file)


def shown(path: Path) -> str:
    """Return how messages call a file: relative to the current folder, if it is below it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def target_of(
    name: str,
    folder: Path | None = None,
    arguments: Sequence[str] = (),
    here: Path | None = None,
) -> Target:
    """Return the program that a name means.

    It runs in `folder`, by default its own; a function in that where it is looked up. `here` is the
    folder in which the name is looked up, by default the current one.

    Raises BadUsage when there is none.
    """
    here = (here or Path.cwd()).resolve()
    path = here / name
    if path.is_dir():
        return _in_folder(name, path.resolve(), folder, arguments)
    if path.is_file():
        return _script(name, path.resolve(), folder, arguments)
    module, colon, function = name.rpartition(":")
    if not colon:
        near = nearest(path.name, _programs(path.parent))
        raise BadUsage(f"there is no file `{name}`. {near or _FORMS}")
    return _function(name, here, (module, function), folder, arguments)


def _script(
    name: str, path: Path, folder: Path | None, arguments: Sequence[str], package: str = ""
) -> Target:
    root = _root(path, folder or path.parent)
    file = shown(path)
    if path.suffix == ".ipynb":
        cells = notebook_cells(path, file)
    elif path.suffix in {".py", ".pyw"} or path.name == "__main__":
        lines = source_lines(path, file)
        cells = (Cell("code", lines[0].place, lines),) if lines else ()
    else:
        raise BadUsage(f"{name}: is neither a script (.py) nor a notebook (.ipynb). {_FORMS}")
    if not cells:
        raise BadUsage(f"{name}: has no code.")
    search = "." if package else _within(path.parent, root)
    launch = Launch(_within(path, root), package, (search,), tuple(arguments))
    return Target(name, path, root, cells, launch)


def _in_folder(name: str, path: Path, folder: Path | None, arguments: Sequence[str]) -> Target:
    main = path / "__main__.py"
    if not main.is_file():
        scripts = _programs(path)
        named = ", ".join(shown(path / script) for script in scripts[:6])
        several = f"Name one of its programs: {named}." if scripts else _FORMS
        raise BadUsage(f"{name}: this folder has no `__main__.py`. {several}")
    if (path / "__init__.py").is_file():
        return _script(name, main, folder or path.parent, arguments, package=path.name)
    return _script(name, main, folder, arguments)


def _function(
    name: str, here: Path, parts: tuple[str, str], folder: Path | None, arguments: Sequence[str]
) -> Target:
    module, function = parts
    path = here / module
    if path.suffix == ".py":
        if not path.is_file():
            near = nearest(path.name, _programs(path.parent))
            raise BadUsage(f"there is no file `{module}`. {near or _FORMS}")
        path = path.resolve()
        top, module = _module_of(path)
        root = _root(path, folder or (here if path.is_relative_to(here) else top))
        search = _within(top, root)
    else:
        root = (folder or here).resolve()
        search, path = _module_file(name, module, root)
    _check_function(path, function)
    lines = source_lines(path, shown(path))
    first = Line(f"from {module} import {function}", _definition(lines, function))
    call = Line(f"{RESULT} = {function}()", first.place)
    cell = Cell("code", first.place, (first, call))
    paths = tuple(dict.fromkeys([search, ".", "src"]))
    launch = Launch(_within(path, root), "", paths, tuple(arguments))
    return Target(name, path, root, (cell,), launch, function)


def _module_of(path: Path) -> tuple[Path, str]:
    """Return the folder from which a file is imported, and its name as a module of a package."""
    folder, name = path.parent, path.stem
    while (folder / "__init__.py").is_file():
        folder, name = folder.parent, f"{folder.name}.{name}"
    return folder, name


def _module_file(name: str, module: str, root: Path) -> tuple[str, Path]:
    for search in (".", "src"):
        stem = root.joinpath(search, *module.split("."))
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            if path.is_file():
                return search, path
    what = f"{name}: there is no module `{module}` in {root} or in its folder src/."
    raise BadUsage(f"{what} {_FORMS}")


def _check_function(path: Path, function: str) -> None:
    """Raise BadUsage when a file does not define a function, or it cannot be called like that."""
    tree = parse(path.read_text(encoding="utf-8-sig", errors="replace"))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if function not in found:
        known = ", ".join(f"`{one}`" for one in found)
        script = f"It defines none. Without `:{function}` it is run as a script."
        near = nearest(function, found) or (f"It defines {known}." if found else script)
        raise BadUsage(f"{shown(path)}: defines no function `{function}`. {near}")
    node = found[function]
    if not (node.decorator_list or _returns_a_value(node)):
        what = (
            f"{shown(path)}:{node.lineno}: `{function}` returns nothing. Let it return the number"
        )
        raise BadUsage(f"{what} that shows what was learned, such as `return loss`.")
    given = [*node.args.posonlyargs, *node.args.args]
    needed = [one.arg for one in given[: len(given) - len(node.args.defaults)]]
    only = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    needed += [one.arg for one, default in only if default is None]
    if needed:
        what = f"{shown(path)}:{node.lineno}: `{function}` needs `{needed[0]}`, and it is called"
        raise BadUsage(f"{what} without arguments. Give each of them a default.")


def _returns_a_value(function: ast.FunctionDef) -> bool:
    """Return whether a function has a `return` with a value, beside those of functions inside."""
    open_nodes: list[ast.AST] = list(function.body)
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            open_nodes += ast.iter_child_nodes(node)
    return False


def _definition(lines: Sequence[Line], function: str) -> Place:
    tree = parse("\n".join(line.text for line in lines))
    numbers = [n.lineno for n in tree.body if getattr(n, "name", "") == function]
    return lines[numbers[-1] - 1].place if numbers else lines[0].place


def _root(path: Path, folder: Path) -> Path:
    root = folder.resolve()
    if not root.is_dir():
        raise BadUsage(f"there is no folder `{folder}`.")
    if not path.is_relative_to(root):
        raise BadUsage(f"{path}: is not in the folder {folder}. `--folder` must hold the program.")
    return root


def _within(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _programs(folder: Path) -> list[str]:
    """Return the programs in a folder, by name."""
    if not folder.is_dir():
        return []
    files = [one for one in folder.iterdir() if one.suffix in {".py", ".ipynb"}]
    return sorted(one.name for one in files if not one.name.startswith(("_", ".")))
