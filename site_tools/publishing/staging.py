"""Everything that a renderer needs, as one tree of plain files: `build/docs`.

The tree is the contract with the renderer: Markdown, notebooks and assets, no generator's own
inventions. It is computed whole, then written where bytes differ, so an unchanged page keeps its
time stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.checks.output_cleaning import with_fit_outputs
from site_tools.checks.svg_cleaning import cleaned, cleaned_file
from site_tools.downloads.anki_deck import deck
from site_tools.downloads.bundle import downloads
from site_tools.downloads.notebook_cells import Imprint, imprint_of
from site_tools.evidence import evidence_json
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.errors import BadProject
from site_tools.model.post import Author, Post
from site_tools.pages import page, run_record
from site_tools.pages.archive_pages import views
from site_tools.pages.charts import social_card
from site_tools.pages.charts.card_cache import CardCache
from site_tools.pages.doc_page import Docs, doc_page, doc_prose, page_of
from site_tools.pages.index_pages import ALL_PROMPTS
from site_tools.pages.post_frame import PostFrame, post_frame
from site_tools.pages.reading_order import Step, walk
from site_tools.posts import front_matter_reference
from site_tools.posts.bibliography import Bibliography
from site_tools.posts.front_matter_reference import SCHEMA_FILE
from site_tools.posts.links import Link, links_of
from site_tools.posts.project_files import AUTHORS, is_within
from site_tools.posts.reader import decode
from site_tools.posts.recall_prompts import prompts_of
from site_tools.posts.site_settings import Settings
from site_tools.publishing.anchors import Anchored, anchor_problems, anchored

Tree = dict[str, bytes]
"""Path relative to the staged folder → content."""


@dataclass(frozen=True)
class _Site:
    """What every post is staged with."""

    root: Path
    siblings: Mapping[str, Post]
    """The published posts, by file."""
    imprint: Imprint
    settings: Settings
    authors: Mapping[str, Author]


def tree(
    published: Iterable[JudgedPost],
    root: Path,
    *,
    settings: Settings,
    authors: Mapping[str, Author],
    licence: str = "",
) -> Tree:
    """Return the staged tree for these posts and for the pages in `docs/`.

    `licence` is the text that goes along with downloads.
    """
    steps = walk(published)
    posts = [step.post for step in steps]
    siblings = {post.file: post for post in posts}
    imprint = imprint_of(posts, settings, licence)
    site = _Site(root, siblings, imprint, settings, authors)
    schema = "evidence/schema.json"
    generated = frozenset({schema, SCHEMA_FILE, ALL_PROMPTS})
    docs = Docs(root / "docs", generated, siblings, steps, Bibliography(root / "posts", root))
    staged = _docs(docs)
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {settings.site_url}sitemap.xml\n"
    staged["robots.txt"] = robots.encode("utf-8")
    staged[schema] = evidence_json.schema().encode("utf-8")
    staged[SCHEMA_FILE] = front_matter_reference.schema().encode("utf-8")
    staged[f"posts/{AUTHORS}"] = (root / "posts" / AUTHORS).read_bytes()
    for name, text in views(posts, authors).items():
        staged[f"posts/{name}"] = text.encode("utf-8")
    if asking := [post for post in posts if prompts_of(post)]:
        staged[ALL_PROMPTS] = deck(asking, imprint)
    for step in steps:
        staged |= _post(step, site)
    if problems := sorted(anchor_problems(staged, _anchored(posts, docs))):
        raise BadProject("\n".join(map(str, problems)))
    return _assets_of_package() | _cards(steps, site) | staged


def _assets_of_package() -> Tree:
    """Return the files that every site has; a file of `docs/assets/` replaces that of its name."""
    folder = resources.files("site_tools.publishing") / "assets"
    return {f"assets/{file.name}": file.read_bytes() for file in folder.iterdir()}


def _anchored(posts: Sequence[Post], docs: Docs) -> Iterator[Anchored]:
    """Yield all links with anchors in posts and in pages of `docs/`."""

    def of_post(link: Link) -> str:
        post = docs.siblings.get(link.path)
        return f"posts/posts/{post.slug}.md" if post else link.path.removeprefix("docs/")

    for post in posts:
        yield from anchored(post.prose_cells, f"posts/posts/{post.slug}.md", of_post)
    for path in sorted(docs.folder.rglob("*.md")):
        name = path.relative_to(docs.folder).as_posix()
        _, prose_of_page = doc_prose(decode(path.read_bytes(), f"docs/{name}"), name, docs)
        yield from anchored([prose_of_page], name, partial(page_of, name=name, docs=docs))


def _cards(steps: Sequence[Step], site: _Site) -> Tree:
    """Return a social card for each post, and one for all other pages."""
    cards = CardCache(site.root / ".elevenlines" / "cards")
    logo, name = site.root / "docs" / "assets" / "logo.svg", site.settings.site_name
    bars = social_card.logo_bars(logo.read_text(encoding="utf-8")) if logo.is_file() else ()
    contents = {"assets/card.png": social_card.of_site(name, site.settings.site_description, bars)}
    for step in steps:
        content = social_card.of_post(step.post, step.item.evidence, name, bars)
        contents[f"posts/{step.post.slug}/card.png"] = content
    drawn = {path: cards.png(content) for path, content in contents.items()}
    cards.prune()
    return drawn


def write(staged: Tree, folder: Path) -> None:
    """Make a folder equal to a tree; files that are equal already are not touched."""
    _create(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink():
            path.unlink()
        elif path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in staged:
            path.unlink()
    for name, content in sorted(staged.items()):
        path = folder / name
        if not is_within(path, folder):
            raise BadProject(
                f"build/docs/{name}: this is outside of the site, so it is not written."
            )
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)


def _create(folder: Path) -> None:
    """Create a folder; raises BadProject for a link, which may lead out of the project."""
    for path in (folder.parent, folder):
        if path.is_symlink():
            raise BadProject(f"{path.name}: this is a link, and a build writes there. Remove it.")
    folder.mkdir(parents=True, exist_ok=True)


def _post(step: Step, site: _Site) -> Tree:
    post, evidence = step.item.post, step.item.evidence
    run = with_fit_outputs(step.item.run)
    addresses, slug = site.imprint.addresses, post.slug
    own = downloads(step.item, site.imprint)
    rendered = page.render(post, run, evidence, site.siblings, _frame(step, site))
    numbers = evidence_json.evidence_json(post, run, evidence, addresses.of(post))
    files: dict[str, str] = {
        f"posts/posts/{slug}.md": rendered.markdown,
        f"posts/{slug}/evidence.json": numbers,
        f"runs/{slug}.ipynb": run_record.record(post, run, evidence, addresses),
        f"runs/{slug}/{slug}.ipynb": run_record.executed(post, run, addresses),
    }
    beside = f"posts/{slug}"
    return {
        **{name: text.encode("utf-8") for name, text in files.items()},
        **{f"{beside}/{name}": content for name, content in {**own, **rendered.files}.items()},
        **{f"{beside}/{name}": content for name, content in _assets(post, site).items()},
    }


def _frame(step: Step, site: _Site) -> PostFrame:
    return post_frame(
        step,
        [site.authors[author].name for author in step.post.authors],
        site_name=site.settings.site_name,
        url="" if site.settings.is_local else site.imprint.addresses.of(step.post),
        colab=site.settings.colab,
    )


def _assets(post: Post, site: _Site) -> Tree:
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


def _docs(docs: Docs) -> Tree:
    staged: Tree = {}
    for path in sorted(docs.folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(docs.folder).as_posix()
            content = path.read_bytes()
            if path.suffix == ".md":
                content = doc_page(decode(content, f"docs/{name}"), name, docs).encode("utf-8")
            staged[name] = content
    return staged
