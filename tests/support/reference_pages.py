"""The reference of commands and of messages, read from the code that has them."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from site_tools import cli
from tests.support.projects import ROOT

_WIDEST = 80
"""Characters of a value that a message names, of which the page shows only that there is one."""


def commands() -> str:
    """Return each command as a section, with a table of its options."""
    return "\n".join(_command_sections(cli._parser(), ""))


def _command_sections(parser: argparse.ArgumentParser, help_text: str) -> Iterator[str]:
    nested = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    shown = (one for one in parser._actions if one.help != argparse.SUPPRESS)
    rows = [row for one in shown if (row := _option(one)) and row[0] != "`-h`, `--help`"]
    if not nested:
        places = " ".join(_place(one) for one in parser._actions if not one.option_strings)
        yield f"## `{f'{parser.prog} {places}'.strip()}`\n"
        yield f"{_sentence(help_text)}\n"
    if rows and not nested:
        yield from ("| option | what it does |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows))
        yield ""
    for action in nested:
        helps = {one.dest: one.help or "" for one in action._choices_actions}
        for name, one in (action.choices or {}).items():
            yield from _command_sections(one, helps.get(name, ""))


def _option(action: argparse.Action) -> tuple[str, str] | None:
    if isinstance(action, argparse._SubParsersAction):
        return None
    value = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
    if action.choices and not action.metavar:
        value = ", ".join(f"{choice}" for choice in action.choices)
    names = [f"`{name}`" for name in action.option_strings] or [f"`{value}`"]
    if action.option_strings and action.nargs != 0 and value:
        names[-1] = f"{names[-1][:-1]} {value}`"
    text = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%")
    return ", ".join(names), _cell(_sentence(text))


def _place(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest.upper())
    return {"*": f"[{name}…]", "+": f"{name}…", "?": f"[{name}]"}.get(str(action.nargs), name)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "." if text else ""


def _cell(text: str) -> str:
    """Return a text for a cell of a table, in which only single backticks mean something."""
    parts = text.replace("```", "\0").replace("|", r"\|").split("`")
    for i in range(0, len(parts), 2):  # outside of backticks
        parts[i] = re.sub(r"([*_$\[\]<>{}^~])", r"\\\1", parts[i])
    return re.sub(r"\0(\w*)", r"```` ```\1 ````", "`".join(parts))


def messages() -> str:
    """Return the messages of all rules, by the module that has them."""
    parts = []
    for path in sorted((ROOT / "site_tools").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = sorted(set(_messages(tree)))
        if found:
            subject = (ast.get_docstring(tree) or path.stem).split("\n")[0].rstrip(".")
            parts += [f"## {_cell(subject)}\n", "| message | remedy |", "|---|---|"]
            grouped = groupby(found, key=lambda pair: pair[0])
            parts += [f"| {what} | {'<br>'.join(r for _, r in same)} |" for what, same in grouped]
            parts.append("")
    return "\n".join(parts)


def _messages(tree: ast.Module) -> Iterator[tuple[str, str]]:
    constants = _assigned(tree.body)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        texts = constants | _assigned(ast.walk(function))
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                yield from _message(call, call.func.id, texts)
            elif isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                yield from _message(call, call.func.attr, texts)
            elif isinstance(call, ast.Tuple):
                yield from _finding(call, texts)


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[tuple[int, ast.expr]]]:
    """Return what these statements assign to each name, with the lines."""
    found: dict[str, list[tuple[int, ast.expr]]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
    return found


def _message(
    call: ast.Call, name: str, texts: dict[str, list[tuple[int, ast.expr]]]
) -> Iterator[tuple[str, str]]:
    first = {"Problem": 1, "problem": 1, "Failure": 2}.get(name, len(call.args))
    if name == "Failure" and call.args and isinstance(call.args[0], ast.Starred):  # its place
        first = 1
    what_and_remedy = call.args[first : first + 2]
    if what_and_remedy:
        remedies = _texts(what_and_remedy[1], texts) if len(what_and_remedy) > 1 else [""]
        for what in _texts(what_and_remedy[0], texts):
            if re.search(r"\w{3}", what):
                yield from ((_cell(what), _cell(remedy)) for remedy in remedies or [""])
    elif name in {"BadProject", "BadUsage"} and len(call.args) == 1:
        for text in _texts(call.args[0], texts):
            if re.search(r"\w{3} \w", text):
                yield _cell(text), ""


def _finding(
    node: ast.Tuple, texts: dict[str, list[tuple[int, ast.expr]]]
) -> Iterator[tuple[str, str]]:
    """Yield what a rule found in a program, if a tuple is that: a line, a message and a remedy."""
    if len(node.elts) == 3:
        whats, remedies = (
            [text for text in _texts(one, texts) if re.search(r"\w \w.*\.$", text)]
            for one in node.elts[1:]
        )
        yield from ((_cell(what), _cell(remedy)) for what in whats for remedy in remedies or [""])


def _texts(node: ast.expr, texts: dict[str, list[tuple[int, ast.expr]]]) -> list[str]:
    """Return the texts that an expression may be; `…` stands for what only a run knows."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body, texts) + _texts(node.orelse, texts)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in _texts(value, texts)]
    if isinstance(node, ast.Name):
        above = [value for line, value in texts.get(node.id, []) if line < node.lineno]
        return _texts(above[-1], texts) if above else []
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [_shown(node.value)]
    if isinstance(node, ast.JoinedStr):
        return [_shown("".join(_part(value, texts) for value in node.values))]
    return []


def _part(node: ast.expr, texts: dict[str, list[tuple[int, ast.expr]]]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        inner = _texts(node.value, texts)
        if len(inner) == 1 and len(inner[0]) < _WIDEST and "…" not in inner[0]:
            return inner[0]
    return "…"


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return re.sub(r"…(\s*…)+", "…", text)
