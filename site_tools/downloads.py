"""Post → the files that a reader takes away, and the record of the run.

A download needs nothing of this project: its snippets are pasted in, its requirements stand in
its head, its links lead to the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import jupytext
import nbformat

from site_tools.body import at_marks, is_mark
from site_tools.evidence import Evidence
from site_tools.links import rewrite
from site_tools.markdown import escape
from site_tools.maths import Typesetter
from site_tools.post import Cell, Post, Run
from site_tools.record import above, summary

_LICENCE = "Code: MIT licence. Text: CC BY 4.0."
_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def script(post: Post, packages: Mapping[str, str], urls: Mapping[str, str], site_url: str) -> str:
    """Return the post as a py:percent script with a PEP 723 header.

    `packages` are the pinned versions it needs; `urls` maps post files to addresses.
    """
    requirements = "".join(f'#     "{name}=={version}",\n' for name, version in packages.items())
    head = (
        "# /// script\n"
        '# requires-python = ">=3.11"\n'
        f"# dependencies = [\n{requirements}# ]\n"
        "# ///\n"
        "#\n"
        f"# {post.title}\n"
        f"# {site_url}posts/{post.slug}/\n"
        f"# {_LICENCE}\n\n"
    )
    book = nbformat.v4.new_notebook(cells=_cells(post, urls, site_url), metadata=_plain_text())
    return head + str(jupytext.writes(book, fmt="py:percent"))


def notebook(
    post: Post, packages: Mapping[str, str], urls: Mapping[str, str], site_url: str
) -> str:
    """Return the post as a notebook without outputs."""
    about = (
        f"# {escape(post.title)}\n\nFrom <{site_url}posts/{post.slug}/>. {_LICENCE}"
        f"{_install(packages)}"
    )
    cells = [_prose(about, "about"), *_cells(post, urls, site_url)]
    return _write(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL))


def executed(post: Post, run: Run, urls: Mapping[str, str], site_url: str) -> str:
    """Return the executed notebook as it ran: every cell, every output, every warning."""
    about = (
        f"# {escape(post.title)}\n\nThe full run of <{site_url}posts/{post.slug}/>, with Python "
        f"{run.python}, {run.day}. {_LICENCE}{_install(run.versions)}"
    )
    cells = [_prose(about, "about"), *_ran(post, run, urls, site_url)]
    return _write(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL))


def record(post: Post, run: Run, evidence: Evidence, urls: Mapping[str, str], site_url: str) -> str:
    """Return the same for the site, with a summary, and the time of each cell above it.

    It is a page of the site, so its formulas are MathML.
    """
    cells = [_prose(summary(post, run, evidence), "about")]
    sources = iter(zip(post.code_cells, run.seconds, strict=True))
    typesetter = Typesetter(post.slug)
    for cell in _ran(post, run, urls, site_url):
        if cell.cell_type == "code":
            source, seconds = next(sources)
            number = cell.execution_count
            cells.append(_prose(above(source, number, seconds), f"time-{number}"))
        else:
            cell.source = typesetter.typeset(cell.source)
        cells.append(cell)
    return _write(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL))


def _install(packages: Mapping[str, str]) -> str:
    pins = " ".join(f'"{name}=={version}"' for name, version in packages.items())
    return f"\n\nTo run it: `pip install {pins}`." if pins else ""


def _ran(post: Post, run: Run, urls: Mapping[str, str], site_url: str) -> list[Any]:
    cells = _cells(post, urls, site_url)
    code_cells = [cell for cell in cells if cell.cell_type == "code"]
    ran = zip(code_cells, post.code_cells, run.outputs, strict=True)
    for i, (cell, source, outputs) in enumerate(ran, start=1):
        cell.execution_count = i
        cell.outputs = [_output(output, i, source.alt) for output in outputs]
    return cells


def _output(output: Mapping[str, Any], execution_count: int, alt: str) -> Any:
    values = dict(output)
    images = [kind for kind in values.get("data", {}) if kind.startswith("image/")]
    if images:
        values["metadata"] = {kind: {"alt": alt} for kind in images}
    if values["output_type"] == "execute_result":
        values["execution_count"] = execution_count
    return nbformat.from_dict(values)


def _cells(post: Post, urls: Mapping[str, str], site_url: str) -> list[Any]:
    cells = []
    for i, cell in enumerate(post.cells, start=1):
        name = f"cell-{i}"
        if cell.kind == "prose":
            cells.append(_prose(_with_urls(cell, post, urls, site_url), name))
        else:
            cells.append(_cell("code", cell.source, name, execution_count=None, outputs=[]))
    return [cell for cell in cells if cell.source.strip()]


def _with_urls(cell: Cell, post: Post, urls: Mapping[str, str], site_url: str) -> str:
    """Return prose whose links lead to the site, without its marks."""

    def absolute(path: str) -> str:
        if path in urls:
            return urls[path]
        if path.startswith("docs/"):
            page = path.removeprefix("docs/").removesuffix("index.md")
            is_page = page.endswith(".md")
            return site_url + (page.removesuffix(".md") + "/" if is_page else quote(page))
        return urls[post.file] + quote(path.removeprefix("posts/"))

    parts = [rewrite(part, absolute).strip("\n") for part in at_marks(cell)]
    return "\n\n".join(part for part in parts if not is_mark(part))


def _prose(text: str, name: str) -> Any:
    return _cell("markdown", text.strip("\n"), name)


def _cell(kind: str, source: str, name: str, **values: Any) -> Any:
    """Return a cell; nbformat's own would be checked alone and again with the notebook."""
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source, **values}
    return nbformat.from_dict(cell)


def _plain_text() -> dict[str, Any]:
    return {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}}


def _write(book: Any) -> str:
    return str(nbformat.writes(book, version=4, indent=1, sort_keys=True)) + "\n"
