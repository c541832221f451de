"""A control as plain source → a script for readers: the program that does not learn.

It measures the claims as the page does, and states where it must end. `verification` runs it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping

from site_tools.analysis.syntax import shorten
from site_tools.downloads.data_cell import begins_in_future, data_code
from site_tools.downloads.install_instructions import script_header
from site_tools.downloads.notebook_cells import Imprint
from site_tools.downloads.raising_cells import free_name, guarded
from site_tools.evidence.plain_control import PlainControl
from site_tools.evidence.verdict import Verdict
from site_tools.model.post import Post

DIGITS = ".12g"
"""How a number is shown: three digits more than must be equal, so that rounding is no difference.
"""


def learning_off(
    post: Post, control: PlainControl, packages: Mapping[str, str], imprint: Imprint
) -> str:
    """Return the script of a control that can be written."""
    assert control.program is not None  # noqa: S101  the caller asks for those only
    about = [
        "",
        f"{post.title}: the program with its learning switched off",
        imprint.addresses.of(post),
        *filter(None, [imprint.terms]),
        "",
        "This is a control of the page's claims, as plain source. What was changed:",
        *_changes(post, control),
        "",
        "This is one run, from the page's own seeds. The page also shows where others end.",
        "Without learning, it must end at:",
        *(f"  {label(v)} {value:{DIGITS}}" for v, value in control.ends),
        "With learning, the page's own run ended at:",
        *(f"  {label(v)} {v.published.value:{DIGITS}}" for v in control.verdicts),
        "On another machine, the last digits may differ.",
    ]
    header = "".join(f"# {line}".rstrip() + "\n" for line in about)
    prelude = [control.program.prelude] if control.program.prelude else []
    last = "\n".join(map(_print, control.verdicts))
    name = free_name(post)
    program = [
        guarded(source, name) if number in post.raising else source
        for number, source in enumerate(control.program.cells, start=1)
    ]
    parts = [*prelude, *program, last]
    if data := data_code(post, imprint.addresses):
        parts.insert(int(begins_in_future(parts[0])), data)
    cells = "".join(f"\n# %%\n{part.rstrip()}\n" for part in parts)
    return script_header(packages, imprint.torch_index) + header + cells


def label(verdict: Verdict) -> str:
    """Return what the script prints before the number of a claim."""
    return f"{' '.join(verdict.claim.metric.split())} ="


def _print(verdict: Verdict) -> str:
    text = json.dumps(label(verdict), ensure_ascii=False)
    metric = ast.unparse(ast.parse(verdict.claim.metric.strip(), mode="eval"))
    return f'print({text}, format({metric}, "{DIGITS}"))'


def _changes(post: Post, control: PlainControl) -> Iterator[str]:
    """Yield a line for each line of the post that was changed."""
    seen = set()
    for edit in control.changes:
        line = post.sources[edit.cell - 1].split("\n")[edit.start[0] - 1]
        change = f"  block {edit.cell}, line {edit.start[0]}: {shorten(line)}  ({edit.note})"
        if change not in seen:
            seen.add(change)
            yield change
