"""A post's Markdown → as much of it as a list of posts shows.

The blog's plugin converts each post in full for each list that shows its opening: on a large site,
more than half of all the work. What stands before the mark needs of the rest only definitions.
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
"""Where nothing stands behind the mark, the plugin leaves out the link to the whole post."""


def opening(markdown: str) -> str:
    """Return what stands before the mark that ends an excerpt, with the definitions it needs.

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
