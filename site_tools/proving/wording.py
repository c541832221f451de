"""What the reports say of a post and its front matter → the same of a program and its options."""

from __future__ import annotations

import re
from dataclasses import replace

from site_tools.model.errors import Problem

_LIST = re.compile(r"\b(freeze|tally): \[([^\]]*)\]")
_CONSTANTS = re.compile(r"\bset: \{([^}]*)\}")
_VALUE = re.compile(r"\b(shuffle|expect|baseline|seeds): ([^\s`,;]+)")
_KEY = re.compile(r"`(freeze|tally|set|shuffle|baseline)`")

_PHRASES = (
    ("Add to the claim ", "Name "),
    ("add to the claim: ", "add: "),
    ("Readers run the post as a script, so the metric must work there.", "Check the metric."),
    ("Readers run it as a script, so it must.", "It must run as a script."),
    ("in the post's code", "in the program"),
    (", so that readers see your numbers", ", so that its numbers can be repeated"),
    ("A post runs in an empty folder, so that its download runs anywhere.", ("Is the file in the "
     "program's folder? `--folder DIR` names another one to run in.")),
    ("A post runs without a network: generate the data, or load it from a package.", ("A program "
     "is tested without a network. Download the data into its folder first.")),
    ("A post may write only in its working folder, not to its data files, and cannot read yours.",
     ("A program may write only in its working folder, not to files above 4 MB there, and reads "
     "nothing outside of it.")),
    ("Remove the exit call.", ("Remove the exit call. If the program asks for arguments, write "
     "them after `--`: `-- --epochs 3`.")),
    ("claim 1 REFUSED", "REFUSED"),
    ("claim 1 ", "the claim "),
    (" in the front matter", ""),
    ("the post's", "the program's"),
    ("this post", "this program"),
    ("the post", "the program"),
    ("A post", "A program"),
    ("Posts are written in Python.", "Name a program in Python."),
)  # fmt: skip
"""In this order."""

_RUN = re.compile(r"`elevenlines run [^`]*` tries")

_TIMEOUT = re.compile(r"`timeout: (\S+)`")
_MEMORY = re.compile(r"`memory: \d+ GB`")


_NOT_INSTALLED = re.compile(r"ModuleNotFoundError: No module named '[^']+'")
_INSTALL = "It is neither beside the program nor installed where `elevenlines` is."


def reworded(problem: Problem) -> Problem:
    """Return a problem in the words of who ran `elevenlines prove`."""
    is_missing = _NOT_INSTALLED.fullmatch(problem.what) and not problem.remedy
    return replace(
        problem,
        what=in_options(f"{problem.what}." if is_missing else problem.what),
        remedy=_INSTALL if is_missing else in_options(problem.remedy),
        evidence=tuple(map(in_options, problem.evidence)),
    )


def in_options(text: str) -> str:
    """Return a text in which keys of the front matter are options of the command."""
    for phrase, plain in _PHRASES:
        text = text.replace(phrase, plain)
    text = _MEMORY.sub("more of the machine's memory with `--jobs 1`", text)
    text = _LIST.sub(lambda found: f"--{found[1]} {found[2].replace(', ', ',')}", text)
    text = _CONSTANTS.sub(lambda found: f"--set {found[1].replace(': ', '=')}", text)
    text = _VALUE.sub(r"--\1 \2", text)
    text = _RUN.sub("`elevenlines prove` tries", text)
    text = _TIMEOUT.sub(r"`--timeout \1`", text)
    return _KEY.sub(r"`--\1`", text)


_LISTS = {"freeze", "tally", "set"}
_NUMBERS = {"baseline", "seeds", "timeout"}
_OPTION = re.compile(
    r"--(freeze|tally|set|metric|goal|baseline|shuffle|seeds|expect|timeout)"
    r'(?: ("[^"]*"|[\w=/-]+(?:[.,][\w=/-]+)*)|(?=`))'
)


def in_keywords(text: str) -> str:
    """Return a text in which options of the command are keys of a mark, and of `learns.toml`."""
    return _OPTION.sub(lambda found: _keyword(found[1], found[2] or ""), text)


def _keyword(name: str, value: str) -> str:
    if not value:
        return name
    plain = value.strip('"')
    if name in _LISTS:
        words = ", ".join(f'"{one}"' for one in plain.split(","))
        return f"{name}=[{words}]"
    is_number = name in _NUMBERS and re.fullmatch(r"-?[\d.]+", plain)
    return f"{name}={plain}" if is_number else f'{name}="{plain}"'
