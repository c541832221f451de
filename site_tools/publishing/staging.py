"""Everything that a renderer needs, as one tree of plain files: `build/docs`.

The tree is the contract with the renderer: Markdown, notebooks and assets, no generator's own
inventions. It is computed whole, then written where bytes differ, so an unchanged page keeps its
time stamp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import resources
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.checks.output_cleaning import with_fit_outputs
from site_tools.checks.svg_cleaning import cleaned, cleaned_file
from site_tools.downloads.anki_deck import deck
from site_tools.downloads.bundle import downloads
from site_tools.downloads.notebook_cells import Imprint, imprint_of
from site_tools.evidence import evidence_json
from site_tools.evidence.proofs import read_proofs
from site_tools.evidence.run_report import with_proof
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.errors import BadProject
from site_tools.model.post import Author, Post
from site_tools.pages import page, run_record
from site_tools.pages.archive_pages import views
from site_tools.pages.body import page_address
from site_tools.pages.charts import social_card
from site_tools.pages.charts.card_cache import CardCache
from site_tools.pages.charts.card_canvas import Palette
from site_tools.pages.doc_page import Docs, doc_page, doc_prose, page_of
from site_tools.pages.evidence_card import NotExecuted, Waiting
from site_tools.pages.index_pages import ALL_PROMPTS
from site_tools.pages.markdown_version import STAGED, doc_markdown, llms_txt, post_markdown
from site_tools.pages.post_frame import PostFrame, post_frame
from site_tools.pages.reading_order import Step, walk
from site_tools.pages.study_plan import calendar, file_name, hours_of
from site_tools.posts import front_matter_reference
from site_tools.posts.bibliography import Bibliography
from site_tools.posts.front_matter_reference import SCHEMA_FILE
from site_tools.posts.glossary import Glossary, read_glossary
from site_tools.posts.links import Link, links_of
from site_tools.posts.project_files import AUTHORS, decode, is_file, is_within
from site_tools.posts.recall_prompts import prompts_of
from site_tools.posts.site_options import Options
from site_tools.posts.site_settings import Settings
from site_tools.publishing.anchors import Anchored, anchor_problems, anchored
from site_tools.publishing.style_sheet import style_sheet

STYLE = "assets/elevenlines.css"
"""The style sheet."""

PAGES = {
    "index.md": "It is the front page; `<!-- first-step -->` in it shows the first post.",
    "path.md": "Every post links to it; `<!-- path -->` in it lists the posts in order.",
    "posts/index.md": "It lists the posts, newest first; a title is enough.",
    "tags.md": "Tags lead to it; `<!-- material/tags -->` in it lists the posts by tag.",
}
"""The pages of `docs/` that a site cannot do without, and what each is for."""

_SCHEMA = "evidence/schema.json"

Tree = dict[str, bytes]
"""Path relative to the staged folder → content."""


@dataclass(frozen=True)
class Site:
    """What every post is staged with."""

    root: Path
    steps: Sequence[Step]
    """The published posts in the order of the path."""
    imprint: Imprint
    settings: Settings
    authors: Mapping[str, Author]

    @cached_property
    def posts(self) -> list[Post]:
        """Return the published posts in the order of the path."""
        return [step.post for step in self.steps]

    @cached_property
    def siblings(self) -> dict[str, Post]:
        """Return the published posts by file."""
        return {post.file: post for post in self.posts}

    @cached_property
    def docs(self) -> Docs:
        """Return what the pages of `docs/` are staged with."""
        made = frozenset({_SCHEMA, SCHEMA_FILE, ALL_PROMPTS})
        works = Bibliography(self.root / "posts", self.root)
        return Docs(self.root / "docs", made, self.siblings, self.steps, works)

    @cached_property
    def glossary(self) -> Glossary:
        """Return the words that the site explains; raises BadProject for a page with mistakes."""
        name = self.settings.options.glossary
        if not name or not is_file(self.docs.folder / name):
            return Glossary()
        return read_glossary(self.docs.folder / name, name, page_address(name))


def site_of(
    published: Iterable[JudgedPost],
    root: Path,
    *,
    settings: Settings,
    authors: Mapping[str, Author],
    licence: str = "",
) -> Site:
    """Return the site of these posts; `licence` is the text that goes along with downloads.

    Raises BadProject when `drift.json` in `root` cannot be read.
    """
    proofs = read_proofs(root)
    steps = walk(with_proof(one, proofs) for one in published)
    imprint = imprint_of([step.post for step in steps], settings, licence)
    return Site(root, steps, imprint, settings, authors)


Make = Callable[[Step, Site], Tree]


def all_of_post(step: Step, site: Site) -> Tree:
    """Return all that is staged of a post, but for its social card."""
    return post_page(step, site) | post_files(step, site)


def tree(site: Site, make: Make = all_of_post) -> Tree:
    """Return the staged tree of a site; `make` stages one post."""
    staged = doc_files(site)
    staged |= doc_pages(site)
    _check_pages(staged, site.settings.options)
    staged |= lists(site)
    staged |= deck_of_all(site) | calendars(site) | texts(site)
    for step in site.steps:
        staged |= make(step, site)
    if problems := sorted(anchor_problems(staged, _anchored(site.posts, site.docs))):
        raise BadProject("\n".join(map(str, problems)))
    return assets_of_package(site) | site_cards(site) | staged


def lists(site: Site) -> Tree:
    """Return what the site says about all posts together, besides the pages of `docs/`."""
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {site.settings.site_url}sitemap.xml\n"
    options, judged = site.settings.options, [step.item for step in site.steps]
    pages = views(judged, site.authors, author_pages=options.author_pages).items()
    return {
        "robots.txt": robots.encode("utf-8"),
        _SCHEMA: evidence_json.schema().encode("utf-8"),
        SCHEMA_FILE: front_matter_reference.schema().encode("utf-8"),
        f"posts/{AUTHORS}": (site.root / "posts" / AUTHORS).read_bytes(),
        **{f"posts/{name}": text.encode("utf-8") for name, text in pages},
    }


def deck_of_all(site: Site) -> Tree:
    """Return the flashcards of all posts, if any has some."""
    asking = [post for post in site.posts if prompts_of(post)]
    return {ALL_PROMPTS: deck(asking, site.imprint)} if asking else {}


def calendars(site: Site) -> Tree:
    """Return the plans by weeks for which pages of `docs/` ask, as calendars."""
    texts = [path.read_text("utf-8", "replace") for path in sorted(site.docs.folder.rglob("*.md"))]
    hours = {each for text in texts for line in text.split("\n") for each in hours_of(line)}
    settings = site.settings
    name, url = settings.site_name, "" if settings.is_local else settings.site_url
    return {
        file_name(each): calendar(site.posts, each, name, url).encode("utf-8")
        for each in sorted(hours)
        if site.posts
    }


def texts(site: Site) -> Tree:
    """Return `llms.txt`, and the pages of `docs/` as plain Markdown."""
    docs, settings, addresses = site.docs, site.settings, site.imprint.addresses
    pages = {
        name: decode((docs.folder / name).read_bytes(), f"docs/{name}") for name in doc_names(site)
    }
    listed = llms_txt(settings.site_name, settings.site_description, site.posts, pages, addresses)
    plain = {
        f"{page_address(name)}{STAGED}": doc_markdown(text, name, docs, addresses)
        for name, text in pages.items()
    }
    return {name: text.encode("utf-8") for name, text in {"llms.txt": listed, **plain}.items()}


def _check_pages(staged: Tree, options: Options) -> None:
    """Raise BadProject for a page that others link to and that is not in `docs/`."""
    for name, why in PAGES.items():
        if name not in staged:
            raise BadProject(f"docs/{name}: there is no such page. {why}")
    for key in ("claims_page", "limits_page", "glossary"):
        name = getattr(options, key)
        if name and name not in staged:
            what = f"mkdocs.yml: `{key}` is `{name}`, and there is no docs/{name}."
            raise BadProject(f"{what} Write the page, or leave the setting out.")


def assets_of_package(site: Site) -> Tree:
    """Return the files that every site has; a file of `docs/assets/` replaces that of its name."""
    folder = resources.files("site_tools.publishing") / "assets"
    files = {f"assets/{file.name}": file.read_bytes() for file in folder.iterdir()}
    layout = files[STYLE].decode("utf-8")
    return {**files, STYLE: style_sheet(site.settings.options.colours, layout).encode("utf-8")}


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


def site_cards(site: Site) -> Tree:
    """Return a social card for each post, and one for all other pages."""
    cards = CardCache(site.root / ".elevenlines" / "cards")
    settings, look = site.settings, _look(site)
    contents = {"assets/card.png": social_card.of_site(settings.site_description, look)}
    for step in site.steps:
        content = social_card.of_post(step.post, step.item.evidence, look)
        contents[f"posts/{step.post.slug}/card.png"] = content
    drawn = {path: cards.png(content) for path, content in contents.items()}
    cards.prune()
    return drawn


def _look(site: Site) -> social_card.Look:
    own = site.root / "docs" / site.settings.logo
    ours = resources.files("site_tools.publishing") / site.settings.logo
    found = own if is_within(own, site.root / "docs") and is_file(own) else ours
    logo = found.read_bytes().decode("utf-8", "replace") if found.is_file() else ""
    light = site.settings.options.colours.light
    palette = Palette(
        paper=light.paper,
        ink=light.ink,
        soft=light.soft,
        line=light.line,
        trained=light.accent,
        off=light.learning_off,
        goal=light.goal,
    )
    return social_card.Look(site.settings.site_name, social_card.logo_bars(logo), palette)


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


def post_page(step: Step, site: Site, waiting: Waiting | None = None) -> Tree:
    """Return a post's page with its figures, and the files that its prose shows or links to.

    `waiting` says how far the experiment of a post has come that is not judged yet.
    """
    post = step.post
    run, evidence = with_fit_outputs(step.item.run), step.item.evidence
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
    run, other = with_fit_outputs(step.item.run), step.item.other
    addresses, slug = site.imprint.addresses, post.slug
    own = downloads(step.item, site.imprint)
    if step.item.is_missing:
        return {f"posts/{slug}/{name}": content for name, content in own.items()}
    numbers = evidence_json.evidence_json(
        post, run, evidence, addresses.of(post), other, found=step.item.variants
    )
    files: dict[str, str] = {
        f"posts/{slug}/evidence.json": numbers,
        f"posts/{slug}/{STAGED}": post_markdown(post, run, evidence, addresses),
        f"runs/{slug}.ipynb": run_record.record(replace(step.item, run=run), site.imprint),
        f"runs/{slug}/{slug}.ipynb": run_record.executed(post, run, site.imprint),
    }
    return {
        **{name: text.encode("utf-8") for name, text in files.items()},
        **{f"posts/{slug}/{name}": content for name, content in own.items()},
    }


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


def doc_files(site: Site) -> Tree:
    """Return the files of `docs/` that are no pages."""
    folder = site.docs.folder
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.suffix != ".md"
    }


def doc_pages(site: Site) -> Tree:
    """Return the pages of `docs/`."""
    return {name: staged_doc(name, site) for name in doc_names(site)}


def doc_names(site: Site) -> list[str]:
    """Return the names of the pages of `docs/`, sorted."""
    folder = site.docs.folder
    pages = [path for path in sorted(folder.rglob("*.md")) if path.is_file()]
    return [path.relative_to(folder).as_posix() for path in pages]


def staged_doc(name: str, site: Site) -> bytes:
    """Return a page of `docs/` as it is staged; raises BadProject with what is wrong with it."""
    docs = site.docs
    text = decode((docs.folder / name).read_bytes(), f"docs/{name}")
    return doc_page(text, name, docs).encode("utf-8")
