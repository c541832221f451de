"""Code that can find out how it is run, or change what other code means, as notes for a reviewer.

An experiment differs from a normal run in what the interpreter, its objects and its environment
hold. An honest post needs none of that, so a reviewer reads each place. The list is not complete
and cannot be: it makes the known ways visible.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.finding import Finding
from site_tools.analysis.origins import Origins
from site_tools.analysis.syntax import imported_names

_MODULES = {
    "gc": "searches the interpreter's objects",
    "inspect": "inspects the call stack and source code",
    "traceback": "inspects the call stack",
    "builtins": "reads or replaces Python's built-in names",
    "__builtin__": "reads or replaces Python's built-in names",
    "__main__": "reads or replaces the program's own names",
    "importlib": "imports by name",
    "pkgutil": "imports by name",
    "runpy": "runs other code",
    "code": "runs other code",
    "dis": "inspects compiled code",
    "opcode": "inspects compiled code",
    "marshal": "reads compiled code or objects from bytes",
    "pickle": "reads objects from bytes",
    "cloudpickle": "reads objects from bytes",
    "dill": "reads objects from bytes",
    "shelve": "reads objects from bytes",
    "base64": "decodes data that nobody can read here",
    "binascii": "decodes data that nobody can read here",
    "codecs": "decodes data that nobody can read here",
    "zlib": "decodes data that nobody can read here",
    "bz2": "decodes data that nobody can read here",
    "lzma": "decodes data that nobody can read here",
    "ctypes": "reaches the memory of the process",
    "_ctypes": "reaches the memory of the process",
    "cffi": "reaches the memory of the process",
    "mmap": "reaches the memory of the process",
    "atexit": "runs code after the last line",
    "signal": "runs code at a time that no line shows",
    "threading": "runs code beside the program",
    "_thread": "runs code beside the program",
    "concurrent": "runs code beside the program",
    "multiprocessing": "runs code in other processes",
    "subprocess": "runs other programs",
    "pty": "runs other programs",
    "resource": "reads the time or memory used",
    "psutil": "reads the time or memory used",
    "tracemalloc": "reads the time or memory used",
    "faulthandler": "inspects the call stack",
    "linecache": "reads source code",
    "tokenize": "reads source code",
    "ast": "reads source code",
    "IPython": "depends on the notebook's shell",
    "unittest": "can replace functions (`mock`)",
    "site_tools": "reads this project's code",
}
"""Modules that no line of a post needs, and why a reviewer should read their use."""

_HARMLESS_SYS = {
    "stdout", "stderr", "stdin", "exit", "maxsize", "float_info", "getsizeof", "version",
    "version_info", "platform", "byteorder", "setrecursionlimit", "getrecursionlimit", "path",
}  # fmt: skip
"""Members of `sys` that posts use; every other one is noted."""

_MEMBERS = [
    (rf"sys\.(?!(?:{'|'.join(sorted(_HARMLESS_SYS))})\b)\w+", "reads the interpreter's state"),
    (r"os\.(environb?|getenvb?|_exit|abort|uname|getlogin|getcwdb?|times|getloadavg)\b",
     "depends on the environment of the process"),
    (r"os\.(getp?pid|getpgid|getsid|sched_\w+|cpu_count|getrusage)\b",
     "depends on the environment of the process"),
    (r"(os|posix)\.(fork\w*|exec\w+|spawn\w+|posix_spawn\w*|system|popen|kill\w*|register_at_fork)\b",
     "runs other programs"),
    (r"(os|posix)\.(open|read|write|pread|pwrite|ftruncate|truncate|readlink|dup2?|fdopen|pipe\w*)\b",
     "reads or writes open files of the process"),
    (r"types\.(CodeType|FunctionType|FrameType|MethodType|TracebackType|CellType)\b",
     "makes functions from parts"),
    (r"weakref\.finalize\b", "runs code at a time that no line shows"),
    (r"(builtins|python)\.(exec|eval|compile|__import__)\b", "runs code from a text"),
    (r"(builtins|python)\.(globals|locals|__builtins__|breakpoint|get_ipython)\b",
     "reads or replaces names by their text"),
    (r"(pathlib\.)?Path\.(cwd|home)\b", "depends on the environment of the process"),
    (r"platform\.(node|uname|platform|processor)\b", "depends on the environment of the process"),
    (r"(sys|os|time|gc|posix)\.\*", "imports names without showing them"),
    (r"numpy\.(ctypeslib|f2py)\b", "reaches the memory of the process"),
    (r"torch\.(load|hub|library|overrides|utils\.(cpp_extension|dlpack))\b",
     "reads or replaces parts of torch"),
    (r"(numpy|torch)\.(load|fromfile|frombuffer|fromstring)\b",
     "reads data that the page does not show"),
    (r"[\w.]+\.__dict__", "reads or replaces names by their text"),
    (r"socket\b", "depends on the environment of the process"),
    (r"zlib(\.(crc32|adler32))?$", ""),
    (r"IPython\.(core\.)?display\b", ""),
]  # fmt: skip
"""Patterns of dotted names beside what their use means."""

_THROUGH = re.compile(
    r"^[\w.]+\.(?=(sys|os|gc|inspect|builtins|ctypes|importlib|threading|subprocess)(\.|$))"
)
"""The part of a dotted name before a module that another one has imported: `torch.sys.modules`."""

_INTERNAL = re.compile(r"(?:^|\.)_(?!_)(?!foreach_)\w+")
"""A private member of a package; the `_foreach_` functions of torch are written in optimizers."""

_FOREIGN_DUNDER = re.compile(r"\.__(?!version__|init__|call__|name__|doc__|main__)\w+__")
"""A special attribute of a package's function or class, which shows whether it was replaced."""

_ATTRIBUTES = re.compile(
    r"f_(back|locals|globals|code|builtins|lineno|trace)|tb_(frame|next|lasti)|(gi|cr|ag)_(frame|code)|"
    r"__(code|globals|closure|builtins|subclasses|wrapped|traceback|func|kwdefaults)__|"
    r"co_(code|consts|names|varnames|lines|firstlineno)|_getframe|get_objects|get_referrers|"
    r"get_referents|\w*_hooks|settrace|setprofile|register_(optimizer_)?step_\w+_hook"
)
"""Attributes that lead from any object to the interpreter, whatever they are read from."""

_TEXTS = re.compile(
    r"/(proc|sys|dev)(/|$)|proc/self|__learning__|site_tools|elevenlines|_getframe|"
    r"__(code|globals|closure|builtins|subclasses|import)__|f_(back|locals|globals)|get_objects|"
    r"(mod|lin)ules?\.__dict__"
)
"""Parts of texts that name the same, for `getattr`, `open` and the like."""

_SETTINGS = re.compile(r"\b(backends|rcParams\w*|options|environ|rc|flags|path)\b")
"""Members of packages that are there to be set."""

_LONG_TEXT = 160
"""Characters without a space from which on a text is data that nobody reads."""

_MANY_NUMBERS = 24
"""Numbers with three or more digits in one literal: more than the toy data of a post, and as many
as the weights of a small network."""


def watched_access(
    trees: Sequence[ast.Module], origins: Origins, metrics: Sequence[str]
) -> Iterator[Finding]:
    """Yield the places where a program can learn about its run, or change what others do."""
    for tree in trees:
        nodes = list(ast.walk(tree))
        settings = {id(part) for node in nodes for part in _set_variables(node)}
        for node in nodes:
            yield from _imports(node)
            if id(node) not in settings:
                yield from _uses(node, origins)
            yield from _attributes(node)
            yield from _computed(node, origins)
            yield from _texts(node, origins)
            yield from _replaces(node, origins)
            yield from _literals(node)
        yield from _rebinds(tree, origins, metrics)


def _set_variables(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of `os.environ["X"] = …`: packages ask for such settings."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="environ") as value, ctx=ast.Store()):
            yield from (node, value)
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="environ") as value, attr="setdefault") as f
        ):
            yield from (node, f, value)


def _imports(node: ast.AST) -> Iterator[Finding]:
    for _, origin in imported_names([node]):
        if meaning := _meaning(origin):
            yield Finding(node, meaning, origin)


def _uses(node: ast.AST, origins: Origins) -> Iterator[Finding]:
    """Yield what an expression refers to, where a reviewer should see it."""
    if not isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        return
    origin = origins.of(node)
    if meaning := _meaning(origin):
        yield Finding(node, meaning, origin)
    elif not origin.startswith(("builtins.", "python.", "globals()")) and (
        _INTERNAL.search(origin) or _FOREIGN_DUNDER.search(origin)
    ):
        yield Finding(node, "reads an internal of a package", origin)


def _attributes(node: ast.AST) -> Iterator[Finding]:
    """Yield names that lead to the interpreter from any object."""
    match node:
        case ast.Attribute(attr=name) if _ATTRIBUTES.fullmatch(name):
            yield Finding(node, "inspects the interpreter or its functions", name)
        case ast.Attribute(attr="__class__" | "__bases__" | "__dict__" as name, ctx=ast.Store()):
            yield Finding(node, "changes the type of an object", name)
        case ast.Name(id="__file__" | "get_ipython" | "__loader__" | "__spec__" as name):
            yield Finding(node, "depends on how the program is started", name)


def _computed(node: ast.AST, origins: Origins) -> Iterator[Finding]:
    """Yield access whose target only the running program knows."""
    match node:
        case ast.Call(args=[owner, key, *_]) if origins.calls(node, "getattr"):
            origin = origins.of(owner)
            watched = origin.partition(".")[0] in {*_MODULES, "sys", "os"}
            made = bool(origin) and not isinstance(key, ast.Name | ast.Constant)
            if (watched or made) and not origins.text(key):
                yield Finding(node, "reads a member of a module by a computed name", "getattr")
        case ast.Call(args=[key, *_]) if origins.calls(node, "__import__", "import_module"):
            if not origins.text(key):
                yield Finding(node, "imports a module by a computed name")
        case ast.Call(args=[_, _, _]) if origins.calls(node, "type"):
            yield Finding(node, "makes a class from parts", "type")


def _meaning(origin: str) -> str:
    """Return why a reviewer should see the use of a dotted name; empty when it is usual."""
    origin = _THROUGH.sub("", origin)
    for pattern, meaning in _MEMBERS:
        if re.match(pattern, origin):
            return meaning
    top = origin.partition(".")[0]
    return _MODULES.get(top, "") if top not in dir(builtins) else ""


def _texts(node: ast.AST, origins: Origins) -> Iterator[Finding]:
    if isinstance(node, ast.Constant | ast.BinOp | ast.JoinedStr | ast.Call | ast.Subscript):
        text = origins.text(node)
        if found := _TEXTS.search(text):
            yield Finding(node, "names a part of the interpreter or the system", found[0])


def _replaces(node: ast.AST, origins: Origins) -> Iterator[Finding]:
    """Yield what assigns to a member of an imported module or class."""
    for target, value in _assigned(node):
        if not isinstance(target, ast.Attribute | ast.Subscript):
            continue
        origin = origins.of(target.value)
        plain = isinstance(value, ast.Constant) or _SETTINGS.search(ast.unparse(target))
        if origin and not plain:
            yield Finding(node, "replaces a member of an imported module", ast.unparse(target))
    match node:
        case ast.Call(args=[owner, *_]) if origins.calls(node, "setattr", "delattr") and origins.of(
            owner
        ):
            yield Finding(node, "replaces a member of an imported module", ast.unparse(owner))


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from ((t, value) for t in _parts(target))
        case ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.AnnAssign(target=target, value=value):
            yield target, value
        case ast.Delete(targets=targets):
            yield from ((target, None) for target in targets)
        case ast.For(target=target) | ast.comprehension(target=target):
            yield from ((t, None) for t in _parts(target))


def _parts(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _parts(part)
    else:
        yield target


def _literals(node: ast.AST) -> Iterator[Finding]:
    """Yield long data in the code: it may be a result that was computed elsewhere."""
    match node:
        case ast.Constant(value=str() | bytes() as data):
            longest = max(map(len, re.split(rb"\s" if isinstance(data, bytes) else r"\s", data)))  # type: ignore[arg-type]
            if longest >= _LONG_TEXT:
                yield Finding(
                    node, f"contains {len(data):,} characters of data that nobody can read"
                )
        case ast.List() | ast.Tuple() | ast.Dict():
            numbers = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
            exact = [n for n in numbers if isinstance(n, float) and len(repr(n).strip("0.")) > 2]  # noqa: PLR2004
            if len(exact) >= _MANY_NUMBERS:
                yield Finding(node, f"contains {len(exact)} numbers that were computed elsewhere")


def _rebinds(tree: ast.Module, origins: Origins, metrics: Sequence[str]) -> Iterator[Finding]:
    """Yield definitions at top level of a name that means something else to a reader."""
    measured = {
        node.id
        for metric in metrics
        for node in ast.walk(_expression(metric))
        if isinstance(node, ast.Name) and hasattr(builtins, node.id)
    }
    for node in tree.body:
        names = [t.id for t, _ in _assigned(node) if isinstance(t, ast.Name)]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        for name in names:
            if name in measured:
                yield Finding(node, f"redefines `{name}`, which a metric uses")
            elif name in origins.imported and not _is_refined(node, name):
                yield Finding(node, f"gives the imported name `{name}` another meaning")


def _is_refined(node: ast.AST, name: str) -> bool:
    """Return whether a name only gets something that an imported thing of this name returned."""
    called = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return any(isinstance(n, ast.Name) and n.id == name for f in called for n in ast.walk(f))


def _expression(text: str) -> ast.AST:
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])
