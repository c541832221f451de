"""Pages as plain Markdown, for programs that read text: one beside each page, and `llms.txt`.

The form is that of llmstxt.org: a page at `a/` has its text at `a/index.html.md`, and `llms.txt`
lists them. A renderer would take a file `.md` of the staged tree for a page, so there it has the
ending `.md.txt`, and the plugin of MkDocs gives it its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from site_tools.downloads.notebook_cells import Addresses, text_of
from site_tools.evidence.verdict import Evidence
from site_tools.model.post import Post
from site_tools.model.run import Output, Run
from site_tools.model.source import Cell
from site_tools.model.terminal_text import collapse
from site_tools.model.text import in_runs
from site_tools.pages import rich_outputs
from site_tools.pages.body import page_address
from site_tools.pages.doc_page import Docs, doc_prose
from site_tools.pages.evidence_card import range_of, starts
from site_tools.pages.figures import figure_of
from site_tools.pages.number_text import goal_in_words, shown
from site_tools.posts.cross_references import labels_in
from site_tools.posts.links import rewrite
from site_tools.posts.markdown_text import escape
from site_tools.posts.page_names import PUBLISHED_TEXT
from site_tools.posts.plain_forms import for_jupyter, references

_MARK = re.compile(r"^<!--.*?-->[ \t]*$", re.MULTILINE)
_LISTS = {"<!-- path -->", "<!-- first-step -->"}
"""Marks that lists of posts replace."""


def post_markdown(post: Post, run: Run, evidence: Evidence, addresses: Addresses) -> str:
    """Return a post with its claims, its code and what it printed; figures as their text."""
    labels = labels_in(post.cells, post.slug)
    parts = [f"# {escape(post.title)}", f"> {escape(post.description)}", f"<{addresses.of(post)}>"]
    parts += ["\n".join(_claims(evidence))] if evidence.verdicts else []
    outputs = iter(run.outputs)
    for cell in post.cells:
        if cell.kind == "prose":
            parts.append(for_jupyter(text_of(cell, post, addresses), post.works, labels))
        else:
            parts += _shown(cell, next(outputs, ()))
    parts.append(references(post.works))
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _claims(evidence: Evidence) -> Iterator[str]:
    """Yield each claim and what the experiment showed, as an item of a list."""
    for verdict in evidence.verdicts:
        goal = verdict.claim.goal
        value = shown(verdict.published.value or 0.0, goal)
        ends = range_of(verdict.off, verdict)
        off = f"with learning switched off {ends} {in_runs(ends, len(verdict.off))}"
        says = escape(verdict.claim.says.rstrip("."))
        yield f"- {says}: {value} (goal: {goal_in_words(goal)}; {off}). {starts(verdict)}"


def _shown(cell: Cell, outputs: Sequence[Output]) -> Iterator[str]:
    """Yield what a page shows of a cell of code."""
    if "remove-cell" in cell.tags:
        return
    if "remove-input" not in cell.tags:
        yield _fenced(cell.source, "python")
    if "remove-output" in cell.tags:
        return
    for output in outputs:
        if output["output_type"] == "stream":
            yield _fenced(collapse(output["text"]).strip("\n"), "text")
        elif output["output_type"] == "error":
            yield _fenced(output["traceback"][-1], "text")
        elif figure_of(output["data"]):
            yield f"*Figure: {cell.alt}*"
        else:
            yield _fenced(rich_outputs.text_of(output["data"]), "text")


def _fenced(text: str, language: str) -> str:
    """Return a block of code; its fence is longer than any inside."""
    longest = max(map(len, re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}" if text.strip() else ""


def doc_markdown(text: str, name: str, docs: Docs, addresses: Addresses) -> str:
    """Return a page of `docs/` with full addresses; a list of posts takes the place of its mark."""
    _, cell = doc_prose(text, name, docs)
    plain = for_jupyter(rewrite(cell, lambda path: _address(path, addresses)))
    posts = [step.post for step in docs.steps]
    items = "\n".join(_item(post.title, addresses.of(post), post.description) for post in posts)
    return _MARK.sub(lambda mark: items if mark[0].strip() in _LISTS else "", plain).lstrip("\n")


def _address(path: str, addresses: Addresses) -> str:
    page = path.removeprefix("docs/")
    return addresses.posts.get(path) or addresses.site + page_address(page)


def llms_txt(
    name: str,
    description: str,
    posts: Sequence[Post],
    pages: Mapping[str, str],
    addresses: Addresses,
) -> str:
    """Return the list of all texts; `pages` are the pages of `docs/`, by name."""
    steps = [
        _item(post.title, f"{addresses.of(post)}{PUBLISHED_TEXT}", post.description)
        for post in posts
    ]
    others = [
        _item(title, f"{addresses.site}{page_address(page)}{PUBLISHED_TEXT}", about)
        for page, text in pages.items()
        for title, about in [_titled(page, text)]
    ]
    head = [
        f"# {escape(name)}",
        "",
        f"> {escape(description)}",
        "",
        "## Posts, in the order of the path",
        "",
    ]
    return "\n".join([*head, *steps, "", "## Pages", "", *others, ""])


def _titled(page: str, text: str) -> tuple[str, str]:
    """Return the title of a page, and what its front matter says about it."""
    head = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    meta = yaml.safe_load(head[1]) if head else {}
    meta = meta if isinstance(meta, dict) else {}
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    title = str(meta.get("title") or (heading[1] if heading else page))
    return title, str(meta.get("description") or "")


def _item(title: str, address: str, about: str) -> str:
    return f"- [{escape(title)}]({address})" + (f": {escape(about)}" if about else "")
