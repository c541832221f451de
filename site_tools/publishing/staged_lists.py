"""What a site says about all of its posts together, and what every site has."""

from __future__ import annotations

from importlib import resources

from site_tools.downloads.anki_deck import deck
from site_tools.evidence import evidence_schema
from site_tools.pages.archive_pages import views
from site_tools.pages.body import page_address
from site_tools.pages.charts import social_card
from site_tools.pages.charts.card_cache import CardCache
from site_tools.pages.charts.card_canvas import Palette
from site_tools.pages.index_pages import ALL_PROMPTS
from site_tools.pages.markdown_version import doc_markdown, llms_txt
from site_tools.pages.study_plan import calendar, file_name, hours_of
from site_tools.posts import front_matter_reference
from site_tools.posts.front_matter_reference import SCHEMA_FILE
from site_tools.posts.page_names import STAGED_TEXT
from site_tools.posts.project_files import AUTHORS, is_file, is_within
from site_tools.posts.recall_prompts import prompts_of
from site_tools.posts.site_settings import Settings
from site_tools.publishing.site import SCHEMA, Site, Tree
from site_tools.publishing.staged_docs import doc_names, doc_text
from site_tools.publishing.style_sheet import logo, style_sheet

STYLE = "assets/elevenlines.css"
"""The style sheet."""


def lists(site: Site) -> Tree:
    """Return what the site says about all posts together, besides the pages of `docs/`."""
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {site.settings.site_url}sitemap.xml\n"
    options, judged = site.settings.options, [step.item for step in site.steps]
    pages = views(judged, site.authors, author_pages=options.author_pages).items()
    return {
        "robots.txt": robots.encode("utf-8"),
        SCHEMA: evidence_schema.schema().encode("utf-8"),
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
    docs, addresses = site.docs, site.imprint.addresses
    return llms(site) | {
        plain_name(name): doc_markdown(doc_text(name, site), name, docs, addresses).encode("utf-8")
        for name in doc_names(site.docs)
    }


def llms(site: Site) -> Tree:
    """Return `llms.txt`, the list of all texts."""
    pages = {name: doc_text(name, site) for name in doc_names(site.docs)}
    settings, addresses = site.settings, site.imprint.addresses
    text = llms_txt(settings.site_name, settings.site_description, site.posts, pages, addresses)
    return {"llms.txt": text.encode("utf-8")}


def plain_name(page: str) -> str:
    """Return the name of the plain text of a page of `docs/`."""
    return f"{page_address(page)}{STAGED_TEXT}"


def assets_of_package(site: Site) -> Tree:
    """Return the files that every site has; a file of `docs/assets/` replaces that of its name."""
    folder = resources.files("site_tools.publishing") / "assets"
    files = {f"assets/{file.name}": file.read_bytes() for file in folder.iterdir()}
    colours = site.settings.options.colours
    for name, made in ((STYLE, style_sheet), (Settings.logo, logo)):
        files[name] = made(colours, files[name].decode("utf-8")).encode("utf-8")
    return files


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
    drawing = found.read_bytes().decode("utf-8", "replace") if found.is_file() else ""
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
    return social_card.Look(site.settings.site_name, social_card.logo_bars(drawing), palette)
