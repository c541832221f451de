"""The head and the end of a post's page: place on the path, downloads, exercises, citation.

Links lead from the page `posts/<slug>/` to other pages and files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from urllib.parse import quote

from site_tools.downloads.exercises import exercise_name, level_name, levels
from site_tools.downloads.install_instructions import install_command
from site_tools.evidence.plain_control import plain_controls
from site_tools.evidence.verdict import JudgedPost, OnOtherDevice
from site_tools.model.post import Author, Post
from site_tools.model.text import listed
from site_tools.pages.archive_pages import category_page
from site_tools.pages.citation import citation
from site_tools.pages.evidence_card import Guides
from site_tools.pages.reading_order import Step, time_for
from site_tools.posts.code_html import Header, code_html
from site_tools.posts.glossary import Glossary
from site_tools.posts.prose_html import Block, Heading, plain_html
from site_tools.posts.recall_prompts import prompts_of
from site_tools.posts.site_settings import Settings

_PATH = '<a href="../../path/">the path</a>'
FEED = "feed_rss_created.xml"
"""The feed of new posts, seen from the front page."""

READ_MARK = '<div class="read-mark"></div>'
"""Where a script offers to mark the post as read, in the reader's own browser."""

_DOWNLOADS = '<p class="downloads" data-search-exclude>'


@dataclass(frozen=True, slots=True)
class PostFrame:
    """The parts of a post's page that are not the post's own text."""

    head: str
    """Below the opening: place on the path, reading time, what to read first."""
    downloads: tuple[Block, ...]
    """Below the evidence card and the complete program."""
    end: tuple[Block, ...]
    """Below the post: exercises, links to neighbouring posts, citation."""
    previous: str = ""
    """The slug of the post before on the path; empty at its beginning."""
    following: str = ""
    """The slug of the next post on the path; empty at its end."""
    guides: Guides = field(default_factory=Guides)
    """The pages that explain the evidence."""
    glossary: Glossary = field(default_factory=Glossary)
    """The words that the site explains."""
    other: OnOtherDevice | None = None
    """What the post's runs have shown on its second device."""


def post_frame(
    step: Step,
    authors: Sequence[Author],
    settings: Settings,
    *,
    url: str,
    glossary: Glossary | None = None,
) -> PostFrame:
    """Return the frame of a post; `url` is the address of its page, empty when there is none."""
    post, site_name, options = step.post, settings.site_name, settings.options
    names = [author.name for author in authors]
    end = [
        *exercise_links(post),
        READ_MARK,
        neighbours(step),
        citation(post, names, site_name, url),
    ]
    end += [foot_line(step.item, settings, url)]
    return PostFrame(
        path_line(step, authors, settings),
        download_links(step.item, settings, url),
        tuple(end),
        guides=Guides(options.claims_page, options.limits_page),
        glossary=glossary or Glossary(),
        previous=step.preceding.slug if step.preceding else "",
        following=step.following.slug if step.following else "",
        other=step.item.other,
    )


def byline(post: Post, authors: Sequence[Author], settings: Settings) -> str:
    """Return who wrote a post, with links to their pages if the site has any, and its date."""
    has_pages = settings.options.author_pages
    names = listed(
        f'<a href="../author/{quote(author.page)}/">{plain_html(author.name)}</a>'
        if has_pages
        else plain_html(author.name)
        for author in authors
    )
    days = _day(post.date, settings.language)
    if post.updated and post.updated != post.date:
        days += f", updated {_day(post.updated, settings.language)}"
    return f"By {names} · {days}"


def _day(day: date, language: str) -> str:
    """Return a date in the site's language, in the form that lists of posts have."""
    from babel.dates import format_date  # noqa: PLC0415  slow to import

    text = format_date(day, date_form(language), locale=language.replace("-", "_"))
    return f'<time datetime="{day}">{text}</time>'


def date_form(language: str) -> str:
    """Return the form of dates in a language, as Babel names it."""
    return "d MMMM yyyy" if language == Settings.language else "long"


def foot_line(judged: JudgedPost, settings: Settings, url: str) -> str:
    """Return where readers discuss a post, report an error, and learn of new posts."""
    options, post, run = settings.options, judged.post, judged.run
    packages = [f"{name} {version}" for name, version in run.versions.items()]
    named = {
        "slug": post.slug,
        "title": post.title,
        "url": url or post.slug,
        "versions": ", ".join([f"Python {run.python}", *packages, f"run on {run.day}"]),
    }
    links = [
        f'<a href="{escape(address)}">{words}</a>'
        for words, pattern in (
            ("Discuss this post", options.discussion),
            ("Report an error", options.report),
        )
        if (address := address_for(pattern, named, options.repository))
    ]
    ways = [f'<a href="../../{FEED}">feed</a>']
    ways += [f'<a href="{escape(options.newsletter)}">newsletter</a>'] * bool(options.newsletter)
    parts = [*links, f"Subscribe: {listed(ways)}"]
    return f'<p class="quiet" data-search-exclude>{" · ".join(parts)}</p>'


def address_for(pattern: str, named: Mapping[str, str], repository: str) -> str:
    """Return an address with its names filled in; empty when the site has none.

    A pattern that names the repository has no address while the site names no repository.
    """
    if not pattern or ("{repository}" in pattern and not repository):
        return ""
    filled = {name: quote(text, safe="") for name, text in named.items()}
    return pattern.format(**filled, repository=repository.rstrip("/"))


def path_line(step: Step, authors: Sequence[Author], settings: Settings) -> str:
    """Return a post's authors and date, its number on the path, and links to what to read first."""
    parts = [f"{step.number} of {step.of} on {_PATH}", f"{time_for([step.post])} it yourself"]
    if step.post.categories:
        first = step.post.categories[0]
        page = quote(category_page(first).removesuffix(".md"))
        parts.insert(0, f'<a href="../{page}/">{plain_html(first)}</a>')
    links = [link_to(post) for post in step.before]
    lines = [
        byline(step.post, authors, settings),
        " · ".join(parts),
        *([f"Read first: {', '.join(links)}"] if links else []),
    ]
    text = "<br>\n".join(lines)
    return f'<p class="kicker" data-search-exclude>\n{text}\n</p>'


def download_links(judged: JudgedPost, settings: Settings, url: str) -> tuple[Block, ...]:
    """Return the links to the script, the notebook and the archive, and the command to run it.

    `url` is the address of the post's page, empty when the site has none: the command then runs the
    downloaded file.
    """
    slug, packages, colab = judged.post.slug, judged.run.versions, settings.colab
    torch_index = settings.options.torch_index if judged.run.device == "cpu" else ""
    links = [
        _download_link(f"Download {slug}.py", f"{slug}.py", ' class="main"'),
        _download_link("Notebook", f"{slug}.ipynb"),
        *([f'<a href="{escape(colab)}{slug}.ipynb">Open in Colab</a>'] if colab else []),
        _download_link("Everything (zip)", f"{slug}.zip"),
    ]
    steps = [install_command(packages, torch_index), f"python {slug}.py"]
    by_hand = listed(f"<code>{escape(step)}</code>" for step in steps if step)
    uv = '<a href="https://docs.astral.sh/uv/">uv</a>'
    runs = "one line runs it" if url else "one line runs the downloaded file in its folder"
    ways = f"With {uv}, {runs}; without it, run {by_hand}."
    if torch_index and "torch" in packages:
        ways += " They take torch for the CPU. With an NVIDIA GPU: <code>pip install torch</code>."
    ways += _controls(judged) + _data(judged.post)
    return (
        "\n".join([_DOWNLOADS, *links, "</p>"]),
        code_html(f"uv run {url}{slug}.py", Header("sh", ("command",))),
        f'<p class="quiet" data-search-exclude>\n{ways}\n</p>',
    )


def _controls(judged: JudgedPost) -> str:
    """Return a sentence with links to the scripts that do not learn; empty when there are none."""
    found = [control for control in plain_controls(judged.post, judged.evidence) if control.program]
    names = [control.file(judged.post) for control in found]
    links = [_download_link(f"<code>{escape(name)}</code>", name) for name in names]
    if not links:
        return ""
    return f" The program without its learning, as a control: {listed(links)}."


def _data(post: Post) -> str:
    """Return a sentence with links to the data files; empty when there are none."""
    links = [_download_link(f"<code>{escape(f.name)}</code>", f.name) for f in post.data]
    return f" The downloads get their data from this page: {listed(links)}." if links else ""


def exercise_links(post: Post) -> tuple[Block, ...]:
    """Return the links to the exercises and the flashcards; empty when there are none."""
    links = [
        _download_link(f"Write it {level_name(post, level)}", exercise_name(post, level))
        for level in levels(post)
    ]
    asks = bool(prompts_of(post))
    if asks:
        links.append(_download_link("Flashcards for Anki", f"{post.slug}.apkg"))
    if not links:
        return ()
    text = "Write the program again, in a notebook that tells you when your network learns."
    if asks:
        text += " Flashcards ask you about it later, just before you would forget it."
    downloads = "\n".join([_DOWNLOADS, *links, "</p>"])
    return (Heading(2, "Make it yours"), f"<p>{text}</p>", downloads)


def _download_link(html: str, name: str, attributes: str = "") -> str:
    return f'<a{attributes} download="{escape(name)}" href="{quote(name)}">{html}</a>'


def link_to(post: Post, folder: str = "../") -> str:
    """Return a link to a post's page; `folder` leads to the folder of the posts."""
    return f'<a href="{folder}{post.slug}/">{plain_html(post.title)}</a>'


def neighbours(step: Step) -> str:
    """Return links to the posts before and after a post on the path."""
    return "\n".join(
        [
            '<nav class="signposts" aria-label="The path" data-search-exclude>',
            _side("Before this", _before(step)),
            _side("After this", _after(step)),
            "</nav>",
        ]
    )


def _side(title: str, items: Sequence[str]) -> str:
    links = "\n".join(f"<li>{item}</li>" for item in items)
    return f"<div>\n<p><strong>{title}</strong></p>\n<ul>\n{links}\n</ul>\n</div>"


def _before(step: Step) -> list[str]:
    if step.before:
        return [link_to(post) for post in step.before]
    return [f"Nothing: {_PATH} begins here." if step.number == 1 else "No other post is needed."]


def _after(step: Step) -> list[str]:
    if step.following is None:
        return [f"This is the end of {_PATH}, for now."]
    others = [post for post in step.after if post != step.following]
    return [f"{link_to(step.following)}, next on {_PATH}", *map(link_to, others)]
