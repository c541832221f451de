"""Everything that a renderer needs, as one tree of plain files: `build/docs`.

The tree is the contract with the renderer: Markdown, notebooks and assets, no generator's own
inventions. It is computed whole, then written where bytes differ, so an unchanged page keeps its
time stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from site_tools import downloads, evidence_json, page
from site_tools.card import facts, range_of, starts
from site_tools.claims import in_words, show
from site_tools.evidence import Evidence, Verdict
from site_tools.links import links_of
from site_tools.post import Post, Run
from site_tools.store import write_whole

POSTS_MARK = "<!-- posts -->"
"""In a page of `docs/`: replaced by the list of published posts."""

EVIDENCE_MARK = "<!-- evidence -->"
"""In a page of `docs/`: replaced by every claim of every published post."""

Tree = dict[str, bytes]
"""Path relative to the staged folder → content."""


@dataclass(frozen=True, slots=True)
class Published:
    """A post that may go out."""

    post: Post
    run: Run
    evidence: Evidence


def tree(published: Iterable[Published], root: Path, site_url: str) -> Tree:
    """Return the staged tree for these posts and for the pages in `docs/`."""
    ready = _in_reading_order(published)
    siblings = {item.post.file: item.post for item in ready}
    urls = {file: f"{site_url}posts/{post.slug}/" for file, post in siblings.items()}
    staged = _docs(root / "docs", ready)
    staged["robots.txt"] = f"User-agent: *\nAllow: /\n\nSitemap: {site_url}sitemap.xml\n".encode()
    staged["evidence/schema.json"] = evidence_json.schema().encode("utf-8")
    staged["posts/.authors.yml"] = (root / "posts" / ".authors.yml").read_bytes()
    for item in ready:
        staged |= _post(item, root, siblings, urls, site_url)
    return staged


def _in_reading_order(published: Iterable[Published]) -> list[Published]:
    """Return posts so that each comes after those it requires; else oldest first."""
    by_slug = {p.post.slug: p for p in sorted(published, key=lambda p: (p.post.date, p.post.slug))}
    graph = {slug: [s for s in p.post.requires if s in by_slug] for slug, p in by_slug.items()}
    return [by_slug[slug] for slug in TopologicalSorter(graph).static_order()]


def write(staged: Tree, folder: Path) -> None:
    """Make a folder equal to a tree; files that are equal already are not touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in staged:
            path.unlink()
    for name, content in sorted(staged.items()):
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)


def _post(
    item: Published,
    root: Path,
    siblings: Mapping[str, Post],
    urls: Mapping[str, str],
    site_url: str,
) -> Tree:
    post, run = item.post, item.run
    rendered = page.render(post, run, item.evidence, siblings)
    beside = f"posts/{post.slug}"
    script = downloads.script(post, run.versions, urls, site_url)
    notebook = downloads.notebook(post, run.versions, urls, site_url)
    numbers = evidence_json.evidence_json(post, run, item.evidence, urls[post.file])
    return {
        f"{beside}/evidence.json": numbers.encode("utf-8"),
        f"posts/posts/{post.slug}.md": rendered.markdown.encode("utf-8"),
        f"{beside}/{post.slug}.py": script.encode("utf-8"),
        f"{beside}/{post.slug}.ipynb": notebook.encode("utf-8"),
        f"runs/{post.slug}.ipynb": downloads.record(post, run, urls, site_url).encode("utf-8"),
        **{f"{beside}/{name}": content for name, content in rendered.files.items()},
        **{f"{beside}/{name}": path.read_bytes() for name, path in _assets(post, root, siblings)},
    }


def _assets(post: Post, root: Path, siblings: Mapping[str, Post]) -> list[tuple[str, Path]]:
    """Return the local files that a post's prose shows or links to."""
    paths = {
        link.path
        for cell in post.cells
        if cell.kind == "prose"
        for link in links_of(cell)
        if link.path not in siblings and link.path.startswith("posts/")
    }
    return [(path.removeprefix("posts/"), root / path) for path in sorted(paths)]


def _docs(folder: Path, ready: list[Published]) -> Tree:
    staged: Tree = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        if path.suffix == ".md":
            base = "../" * name.count("/")
            listing = "\n".join(_entry(item.post, base) for item in ready)
            claims = "\n\n".join(_claims(item, base) for item in ready)
            content = content.replace(POSTS_MARK.encode("ascii"), listing.encode("utf-8"))
            content = content.replace(EVIDENCE_MARK.encode("ascii"), claims.encode("utf-8"))
        staged[name] = content
    return staged


def _entry(post: Post, base: str) -> str:
    minutes = f"{post.read_minutes} min to read, {post.do_minutes} to rebuild"
    link = f"[{page.escape(post.title)}]({base}posts/posts/{post.slug}.md)"
    return f"- **{link}**  \n  {page.escape(post.description)} <small>{minutes}</small>"


def _claims(item: Published, base: str) -> str:
    """Return a post's claims and how each fared, for the page of all evidence."""
    post = item.post
    numbers = f"[all numbers]({base}posts/{post.slug}/evidence.json)"
    lines = [
        f"## [{page.escape(post.title)}]({base}posts/posts/{post.slug}.md)",
        f"<small>{facts(item.run)} · {numbers}</small>",
    ]
    if post.no_learning:
        lines.append(f"Trains nothing: {page.escape(post.no_learning)}")
    else:
        lines.append("| claim | trained | goal | learning off | verdict |\n|---|---|---|---|---|")
        lines[-1] += "".join(f"\n{_row(verdict)}" for verdict in item.evidence.verdicts)
    return "\n\n".join(lines)


def _row(verdict: Verdict) -> str:
    claim = verdict.claim
    cells = [
        page.escape(claim.says),
        show(verdict.published.value or 0.0, claim.goal),
        in_words(claim.goal),
        range_of(verdict.off, verdict),
        f"{verdict.ruling.capitalize()}. {starts(verdict)}",
    ]
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
