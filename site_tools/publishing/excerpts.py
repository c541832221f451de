"""A post's Markdown → the excerpt that lists of posts show.

The blog plugin converts each post in full for each list that shows its excerpt: on a large site,
more than half of all work. The text before the mark needs only the definitions from the rest.
"""

from __future__ import annotations

import re

from site_tools.model.source import MORE

_CODE = re.compile(r"^[ ]*(`{3,}|~{3,}).*?(?:^[ ]*\1[`~]*[ ]*$|\Z)", re.DOTALL | re.MULTILINE)
_MARK = re.compile(rf"^{re.escape(MORE)}$", re.MULTILINE)
_LABEL = re.compile(r"^[ ]{0,3}\[([^\]\n]+)\]:", re.MULTILINE)
_DEFINITIONS = re.compile(_LABEL.pattern + r".*(?:\n.*\S.*)*", re.MULTILINE)
"""Of links and footnotes, up to the next empty line."""

_REST = "There is more."
"""Text behind the mark: without any, the plugin leaves out the link to the whole post."""


def opening(markdown: str) -> str:
    """Return the text before the mark that ends an excerpt, with the definitions that it needs.

    They are all of the post's or none, since footnotes are numbered in the order of definition. A
    post without the mark is returned whole.
    """
    masked = _CODE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), markdown)
    mark = _MARK.search(masked)
    if not mark:
        return markdown
    shown, end = markdown[: mark.end()], mark.end()
    used = _one_line(shown)
    if not any(f"[{_one_line(label)}]" in used for label in _LABEL.findall(masked, end)):
        return f"{shown}\n\n{_REST}"
    found = _DEFINITIONS.finditer(masked, end)
    return "\n\n".join([shown, _REST, *[markdown[match.start() : match.end()] for match in found]])


def _one_line(text: str) -> str:
    """Return a text as labels are compared."""
    return " ".join(text.lower().split())
