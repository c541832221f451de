"""What Python shows of an object that has no text of its own: `<Net object at 0x7f3c…>`.

Its address differs from run to run, so no page has it. The value of a cell's last line that is
nothing but such texts is left out: a notebook shows it because a call such as `plt.plot` returns
something, not because an author wants it. Beside other text it is refused.
"""

from __future__ import annotations

import ast
import re

from site_tools.analysis.syntax import parse
from site_tools.model.source import Cell, Place
from site_tools.model.text import SHOWN

_ADDRESS = re.compile(r"<[^\n]{0,300}? at 0x[0-9a-fA-F]{6,}[^\n>]{0,100}>{1,3}")

_NOISE = re.compile(
    r"<[^<>\n]* at 0x[0-9a-fA-F]{6,}[^<>\n]*>"
    r"|<(?:bound|function|built-in)[^\n]{0,300}? at 0x[0-9a-fA-F]{6,}>{1,2}"
    r"|<IPython\.[\w.]+ object>|<Figure size [\dx.]+ with \d+ Axes>"
    r"|<\w{0,40}Axes\w{0,40}: [^\n]{0,300}?>"
    r"|<\w+Container object of \d+ artists>|<a list of \d+ [\w ]+ objects>"
    r"|Text\([-\d.e+]+, [-\d.e+]+, (?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")\)"
)
"""Texts of objects that say nothing to a reader: all with an address, and those of matplotlib."""

_AROUND = re.compile(r"'\w+':|\barray\(|\bdtype=object\b|[\[\](){},.\s]")
"""What lists, tuples, dictionaries and arrays write around their values."""


def address_in(text: str) -> str:
    """Return the first text of an object with its address, shortened; empty for none."""
    found = _ADDRESS.search(text)
    return re.sub(r"0x[0-9a-fA-F]+", "0x…", found[0])[:SHOWN] if found else ""


def is_noise(text: str) -> bool:
    """Return whether a text is nothing but what objects show that have no text of their own."""
    rest = _NOISE.sub("", text)
    return rest != text and not _AROUND.sub("", rest)


def place_of_print(cell: Cell, printed: str) -> Place:
    """Return the line of a cell that most likely printed a line of text; else its first line.

    That is the call of `print` whose own words are in it, or the only call that prints a value.
    """
    nodes = ast.walk(parse(cell.source))
    calls = [node for node in nodes if isinstance(node, ast.Call) and _prints_value(node)]
    words = [[word for word in _words(call) if word in printed] for call in calls]
    best = max((sum(map(len, found)) for found in words), default=0)
    likely = [
        call for call, found in zip(calls, words, strict=True) if sum(map(len, found)) == best
    ]
    return cell.lines[likely[0].lineno - 1].place if len(likely) == 1 else cell.place


def _prints_value(call: ast.Call) -> bool:
    values = [argument for argument in call.args if not isinstance(argument, ast.Constant)]
    return ast.unparse(call.func) == "print" and bool(values)


def _words(call: ast.AST) -> list[str]:
    constants = (node.value for node in ast.walk(call) if isinstance(node, ast.Constant))
    return [text.strip() for text in constants if isinstance(text, str) and text.strip()]
