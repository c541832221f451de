"""Let the functions of a program run other code for a while: the same, with an observer in it."""

from __future__ import annotations

import ast
import contextlib
import gc
import types
from collections.abc import Iterator, Sequence


@contextlib.contextmanager
def rewritten_functions(
    original: Sequence[ast.Module], rewritten: Sequence[ast.Module]
) -> Iterator[None]:
    """Let the program's functions run their rewritten code for a while."""
    codes: dict[types.CodeType, types.CodeType] = {}
    flags = 0
    for one, other in zip(original, rewritten, strict=True):
        ast.fix_missing_locations(other)
        with contextlib.suppress(SyntaxError, ValueError):
            plain = compile(one, "<cell>", "exec", flags | _AWAIT, dont_inherit=True)
            new = compile(other, "<cell>", "exec", flags | _AWAIT, dont_inherit=True)
            flags |= plain.co_flags & _FUTURE
            codes.update(_pairs(plain, new))
    functions = [f for f in gc.get_objects() if type(f) is types.FunctionType]
    functions = [function for function in functions if function.__code__ in codes]
    before = [function.__code__ for function in functions]
    try:
        for function in functions:
            with contextlib.suppress(ValueError):
                function.__code__ = codes[function.__code__]
        yield
    finally:
        for function, code in zip(functions, before, strict=True):
            function.__code__ = code


_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

_FUTURE = 0x1000000
"""The flag of `from __future__ import annotations`, which later cells of a notebook inherit."""


def _pairs(
    one: types.CodeType, other: types.CodeType
) -> Iterator[tuple[types.CodeType, types.CodeType]]:
    inner = [const for const in one.co_consts if isinstance(const, types.CodeType)]
    new = [const for const in other.co_consts if isinstance(const, types.CodeType)]
    if len(inner) == len(new):
        for pair in zip(inner, new, strict=True):
            yield pair
            yield from _pairs(*pair)
