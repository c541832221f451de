"""Run and evidence → the run record: the executed notebook, what ran, on what, and how long."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import nbformat

from site_tools.checks.html_cleaning import with_alt
from site_tools.checks.output_cleaning import HTML
from site_tools.downloads import notebook_cells
from site_tools.downloads.install_instructions import install_command
from site_tools.downloads.notebook_cells import Addresses, Imprint
from site_tools.evidence.verdict import Evidence, JudgedPost
from site_tools.model.claim import IN_WORDS
from site_tools.model.post import Post
from site_tools.model.run import Gpu, Run
from site_tools.model.source import RAISES, Cell
from site_tools.model.text import numbered
from site_tools.pages.devices import arithmetic, memory, software, where
from site_tools.pages.figures import figure_of
from site_tools.posts.cross_references import labels_in
from site_tools.posts.formulas import Typesetter, equation_numbers
from site_tools.posts.markdown_parser import references_in
from site_tools.posts.markdown_text import escape
from site_tools.posts.prose_html import ProseWriter, as_markdown
from site_tools.posts.short_program import left_out
from site_tools.posts.theme_markup import PageKnowledge

_HIDDEN = {
    "remove-cell": "not in the post",
    "remove-input": "its code is not in the post",
    "remove-output": "its output is not in the post",
    RAISES: "meant to raise",
}
_SHORTEST, _FINEST, _FINE, _MINUTE = 0.001, 0.1, 10, 60
"""Seconds from which on a time is shown less finely."""


def executed(post: Post, run: Run, imprint: Imprint) -> str:
    """Return the executed notebook as it ran: every cell, every output, every warning."""
    imprint = imprint.on(run.device)
    addresses = imprint.addresses
    what = f"The full run of <{addresses.of(post)}>, with Python {run.python}, {run.day}."
    return notebook_cells.write(
        [notebook_cells.about(post, what, run.versions, imprint), *_ran(post, run, addresses)],
        post.device,
    )


def record(judged: JudgedPost, imprint: Imprint) -> str:
    """Return the same for the site, with a summary, and the time of each cell above it.

    It is a page of the site, so its prose is written as on the others.
    """
    post, run = judged.post, judged.run
    addresses = imprint.addresses
    about = summary(judged, imprint.on(run.device).torch_index)
    cells = [notebook_cells.prose(about, "about")]
    sources = iter(zip(post.code_cells, run.seconds, strict=True))
    ran = _ran(post, run, addresses, for_site=True)
    prose = [cell.source for cell in ran if cell.cell_type == "markdown"]
    references = references_in(cell.source for cell in ran if cell.cell_type == "markdown")
    writer = ProseWriter(
        Typesetter(post.slug, equation_numbers(prose, post.slug)).html,
        partial(_seen_from_here, addresses),
        references,
        PageKnowledge(post.slug, post.works, labels_in(post.cells, post.slug)),
    )
    for cell in ran:
        if cell.cell_type == "code":
            source, seconds = next(sources)
            number = cell.execution_count
            cells.append(notebook_cells.prose(above(source, number, seconds), f"time-{number}"))
        else:
            cell.source = as_markdown(writer.blocks(cell.source))
        cells.append(cell)
    if listed := writer.references():
        cells.append(notebook_cells.prose(as_markdown(listed), "references"))
    if notes := writer.footnotes():
        cells.append(notebook_cells.prose(as_markdown([notes]), "footnotes"))
    return notebook_cells.write(cells)


def _seen_from_here(addresses: Addresses, address: str) -> str:
    """Return an address of the site as a link from `runs/<slug>/`."""
    return (
        f"../../{address.removeprefix(addresses.site)}"
        if address.startswith(addresses.site)
        else address
    )


def summary(judged: JudgedPost, torch_index: str) -> str:
    """Return the head of a run record, as Markdown; its links lead from `runs/<slug>/`."""
    post, run = judged.post, judged.run
    versions = [f"{name} {version}" for name, version in run.versions.items()]
    facts = {
        "The post": f'<a href="../../posts/{post.slug}/">{html.escape(post.title)}</a>',
        "Ran on": f"{html.escape(where(run))}, {run.day}",
        "With": ", ".join([f"Python {run.python}", *versions]),
        "Took": _took(run),
        "Memory": f"{run.memory / 1e6:,.0f} MB at most" if run.memory else "",
        **(_on_gpu(run.gpu) if run.gpu else {}),
        **(_also(judged.other.run) if judged.other else {}),
        "Judged by": _judged_by(post, judged.evidence),
        "Left out": _left_out(post, judged.evidence),
        "Proved again": html.escape(judged.proof.sentence) if judged.proof else "",
        "Repeat it": _repeat(post, run, torch_index),
    }
    rows = [f"<dt>{name}</dt><dd>{fact}</dd>" for name, fact in facts.items() if fact]
    return "\n".join(
        [
            f"# The full run: {escape(post.title)}\n",
            "Every cell as it ran, with all that it printed and drew, and with every warning;",
            "also what the post does not show.\n",
            '<dl class="record">',
            *rows,
            "</dl>",
        ]
    )


def _on_gpu(gpu: Gpu) -> dict[str, str]:
    """Return what is known of a run's GPU."""
    return {
        "GPU memory": memory(gpu),
        "Software": html.escape(software(gpu)),
        "Arithmetic": html.escape(arithmetic(gpu)),
    }


def _also(run: Run) -> dict[str, str]:
    """Return what is known of a post's run on its second device."""
    head = f"{html.escape(where(run))}, {run.day}, {duration(run.total_seconds)}"
    return {"Also ran on": head, **(_on_gpu(run.gpu) if run.gpu else {})}


def above(cell: Cell, number: int, seconds: float) -> str:
    """Return the line above a code cell: its number and the wall time that it took."""
    parts = [f"Cell {number}", duration(seconds)]
    parts += [text for tag, text in _HIDDEN.items() if tag in cell.tags]
    return f'<p class="record-cell">{" · ".join(parts)}</p>'


def duration(seconds: float) -> str:
    """Return a wall time with the digits that matter: `40 ms`, `1.25 s`, `3 min 20 s`."""
    if seconds < _FINEST:
        if seconds < _SHORTEST:
            return "under 1 ms"
        return f"{1000 * seconds:.0f} ms"
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.2f} s" if seconds < _FINE else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _took(run: Run) -> str:
    slowest = max(range(len(run.seconds)), key=lambda i: run.seconds[i])
    if len(run.seconds) == 1:
        return duration(run.total_seconds)
    longest = f"the longest is cell {slowest + 1} with {duration(run.seconds[slowest])}"
    return f"{duration(run.total_seconds)} for {len(run.seconds)} code cells; {longest}"


def _judged_by(post: Post, evidence: Evidence) -> str:
    numbers = f'<a href="../../posts/{post.slug}/evidence.json">all numbers</a>'
    if post.no_learning:
        return f"No experiment: {html.escape(post.no_learning)}"
    counts = Counter(condition.kind for condition in evidence.conditions)
    kinds = ", ".join(f"{counts[kind]} {what}" for kind, what in IN_WORDS.items() if counts[kind])
    return f"{counts.total()} other runs: {kinds} ({numbers})"


def _left_out(post: Post, evidence: Evidence) -> str:
    """Return what the other runs do without, if they execute the short program."""
    if not any(verdict.short for verdict in evidence.verdicts):
        return ""
    return (
        f"{numbered('Cell', left_out(post))}, in all of these runs but those named first. No claim "
        "needs them: without them, the program gives the published numbers."
    )


def _repeat(post: Post, run: Run, torch_index: str) -> str:
    notebook, script = f"{post.slug}.ipynb", f"{post.slug}.py"
    links = [
        f'<a href="{notebook}" download>This run as a notebook</a>',
        f'<a href="../../posts/{post.slug}/{script}" download>the script</a>',
    ]
    install = html.escape(install_command(run.versions, torch_index), quote=False)
    command = f"; before that, <code>{install}</code>" if install else ""
    return f"{' or '.join(links)}{command}"


def _ran(post: Post, run: Run, addresses: Addresses, *, for_site: bool = False) -> list[Any]:
    cells = notebook_cells.cells(post, addresses, for_site=for_site)
    code_cells = [cell for cell in cells if cell.cell_type == "code"]
    ran = zip(code_cells, post.code_cells, run.outputs, strict=True)
    for i, (cell, source, outputs) in enumerate(ran, start=1):
        cell.execution_count = i
        cell.outputs = [_output(output, i, source.alt) for output in outputs]
    return cells


def _output(output: Mapping[str, Any], execution_count: int, alt: str) -> Any:
    values = dict(output)
    if values["output_type"] == "error":
        return nbformat.from_dict(values)
    if HTML in values.get("data", {}):
        values["data"] = {**values["data"], HTML: with_alt(values["data"][HTML], alt)}
    figure = figure_of(values.get("data", {}))
    if figure:
        size = {"width": figure.width, "height": figure.height} if figure.width else {}
        pictures = [kind for kind in values["data"] if kind.startswith("image/")]
        values["metadata"] = {kind: {"alt": alt, **size} for kind in pictures}
    if values["output_type"] == "execute_result":
        values["execution_count"] = execution_count
    return nbformat.from_dict(values)
