"""All that is staged of one post: its page, what the page shows, and its downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from site_tools.checks.output_cleaning import with_fit_outputs
from site_tools.checks.svg_cleaning import cleaned, cleaned_file
from site_tools.downloads.bundle import downloads
from site_tools.evidence.evidence_json import evidence_json
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.pages import page, run_record
from site_tools.pages.evidence_card import NotExecuted, Waiting
from site_tools.pages.markdown_version import post_markdown
from site_tools.pages.post_frame import PostFrame, post_frame
from site_tools.pages.reading_order import Step
from site_tools.posts.links import links_of
from site_tools.posts.page_names import STAGED_TEXT
from site_tools.publishing.figure_colours import in_colours
from site_tools.publishing.site import Site, Tree

Make = Callable[[Step, Site], Tree]


def all_of_post(step: Step, site: Site) -> Tree:
    """Return all that is staged of a post, but for its social card."""
    return post_page(step, site) | post_files(step, site)


def post_page(step: Step, site: Site, waiting: Waiting | None = None) -> Tree:
    """Return a post's page with its figures, and the files that its prose shows or links to.

    `waiting` says how far the experiment of a post has come that is not judged yet.
    """
    post = step.post
    run, evidence = _as_shown(step.item.run, site), step.item.evidence
    seen = NotExecuted() if step.item.is_missing else waiting or evidence
    frame, variants = _frame(step, site), step.item.variants
    rendered = page.render(post, run, seen, site.siblings, frame, variants)
    beside = {**rendered.files, **_assets(post, site)}
    return {
        f"posts/posts/{post.slug}.md": rendered.markdown.encode("utf-8"),
        **{f"posts/{post.slug}/{name}": content for name, content in beside.items()},
    }


def post_files(step: Step, site: Site) -> Tree:
    """Return what belongs to a post besides its page: downloads, numbers and the run record."""
    post, evidence = step.post, step.item.evidence
    run, other = _as_shown(step.item.run, site), step.item.other
    addresses, slug = site.imprint.addresses, post.slug
    own = downloads(step.item, site.imprint)
    if step.item.is_missing:
        return {f"posts/{slug}/{name}": content for name, content in own.items()}
    numbers = evidence_json(
        post, run, evidence, addresses.of(post), other, found=step.item.variants
    )
    files: dict[str, str] = {
        f"posts/{slug}/evidence.json": numbers,
        f"posts/{slug}/{STAGED_TEXT}": post_markdown(post, run, evidence, addresses),
        f"runs/{slug}.ipynb": run_record.record(replace(step.item, run=run), site.imprint),
        f"runs/{slug}/{slug}.ipynb": run_record.executed(post, run, site.imprint),
    }
    return {
        **{name: text.encode("utf-8") for name, text in files.items()},
        **{f"posts/{slug}/{name}": content for name, content in own.items()},
    }


def _as_shown(run: Run, site: Site) -> Run:
    return in_colours(with_fit_outputs(run), site.settings.options.colours.light)


def _frame(step: Step, site: Site) -> PostFrame:
    return post_frame(
        step,
        [site.authors[author] for author in step.post.authors],
        site.settings,
        url="" if site.settings.is_local else site.imprint.addresses.of(step.post),
        glossary=site.glossary,
    )


def _assets(post: Post, site: Site) -> Tree:
    """Return the files that a post's prose shows or links to, by name."""
    paths = {
        link.path
        for cell in post.prose_cells
        for link in links_of(cell)
        if link.path not in site.siblings and link.path.startswith("posts/")
    }
    attached = post.attachments
    files = [(path.removeprefix("posts/"), site.root / path) for path in sorted(paths)]
    return {
        name: _attached(name, attached[f"posts/{name}"])
        if f"posts/{name}" in attached
        else _asset(path)
        for name, path in files
    }


def _attached(name: str, content: bytes) -> bytes:
    is_svg = name.endswith(".svg")
    return (cleaned(content.decode("utf-8-sig")) or "").encode("utf-8") if is_svg else content


def _asset(path: Path) -> bytes:
    """Return a file that a post shows; a drawing without what could run."""
    if path.suffix.lower() in {".svg", ".svgz"}:
        return cleaned_file(path) or b""  # `prose_rules` refuses what is no drawing
    return path.read_bytes()
