r"""Bounds on how often the lines of a text are read again.

The plugins for formulas look for the end of a block below each `\begin{align}` and `$$`. Where
there is none, a long text would be read again from each of them. Quotes that are continued in
unusual ways do the same to other rules: what takes too many steps is no text that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.amsmath import RE_OPEN

from site_tools.model.errors import UserError

STEPS_A_LINE, MOST_STEPS = 10, 50_000
"""Steps that a text may take: so many for each line, and so many more. Texts that people wrote take
three for each line at most."""

TOO_INVOLVED = "this text takes too long to read: no line shows where the block above it ends."
TOO_INVOLVED_REMEDY = "Put empty lines between blocks, and `>` before each line of a quote."

Rule = Callable[[StateBlock, int, int, bool], bool]

_ENVIRONMENT = re.compile(RE_OPEN)
_DOLLARS = re.compile(r"\$\$(?!.*\$\$)")


class TooInvolved(UserError):
    """A text that takes too many steps."""

    def __init__(self, line: int) -> None:
        self.line = line
        """The index of the line at which they were used up."""
        super().__init__(f"Line {line + 1} of a text: {TOO_INVOLVED} {TOO_INVOLVED_REMEDY}")


def bound_steps(parser: MarkdownIt) -> None:
    """Have a parser raise TooInvolved, and the rules for formulas look for an end only once."""
    rules = {rule.name: rule.fn for rule in parser.block.ruler.__rules__}
    amsmath = _counted(_searched_once(rules["amsmath"], _ENVIRONMENT, ends_at_blank=False))
    # The blocks that it ends: all that go on from line to line ask it about each.
    ends = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    parser.block.ruler.at("amsmath", amsmath, {"alt": ends})
    dollars = _searched_once(rules["math_block"], _DOLLARS, ends_at_blank=True)
    parser.block.ruler.at("math_block", dollars)


def _counted(rule: Rule) -> Rule:
    """Return a rule that counts how often it is asked, about once for each look at a line."""

    def counted(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        steps = state.env["steps"] = state.env.get("steps", 0) + 1
        if steps > MOST_STEPS + STEPS_A_LINE * len(state.eMarks):
            raise TooInvolved(start)
        return rule(state, start, end, silent)

    return counted


def _searched_once(rule: Rule, opening: re.Pattern[str], *, ends_at_blank: bool) -> Rule:
    """Return a rule that fails at once between a beginning and where no end was found for it."""

    def searched_once(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
        found = opening.match(line)
        if not found or state.is_code_block(start) or state.sCount[start] < state.blkIndent:
            return rule(state, start, end, silent)
        searched = state.env.setdefault("searched", {})
        first, last = searched.get((found[0], end), (0, 0))
        if first <= start < last:
            return False
        if rule(state, start, end, silent):
            return True
        blank = (i for i in range(start + 1, end) if ends_at_blank and state.isEmpty(i))
        searched[found[0], end] = start, next(blank, end)
        return False

    return searched_once
