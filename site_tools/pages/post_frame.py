"""The head and the end of a post's page: place on the path, downloads, exercises, citation.

Links lead from the staged page `posts/posts/<slug>.md` to other staged pages and files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from site_tools.downloads.exercises import exercise_name, level_name, levels
from site_tools.downloads.install_instructions import install_command
from site_tools.evidence.plain_control import plain_controls
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.post import Post
from site_tools.model.text import listed
from site_tools.pages.archive_pages import category_page
from site_tools.pages.cell_outputs import fence
from site_tools.pages.reading_order import Step, time_for
from site_tools.posts.markdown_text import escape, link_to
from site_tools.posts.recall_prompts import prompts_of

_PATH = "[the path](../../path.md)"
_DOWNLOADS = '<p class="downloads" markdown="span" data-search-exclude>'

_TEX_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
"""Special characters that TeX does not print when a backslash precedes them."""


@dataclass(frozen=True, slots=True)
class PostFrame:
    """The parts of a post's page that are not the post's own text, as Markdown."""

    head: str
    """Below the opening: place on the path, reading time, what to read first."""
    downloads: str
    """Below the evidence card and the complete program."""
    end: str
    """Below the post: exercises, links to neighbouring posts, citation."""
    previous: str = ""
    """The slug of the post before on the path; empty at its beginning."""
    following: str = ""
    """The slug of the next post on the path; empty at its end."""


def post_frame(
    step: Step, authors: Sequence[str], *, site_name: str, url: str, colab: str
) -> PostFrame:
    """Return the frame of a post.

    `authors` are their names, `url` is the address of the post's page, and `colab` the address of
    the folder of notebooks there; either is empty when there is none.
    """
    post = step.post
    end = [exercise_links(post), neighbours(step), citation(post, authors, site_name, url)]
    return PostFrame(
        path_line(step),
        download_links(step.item, url, colab),
        "\n\n".join(filter(None, end)),
        previous=step.preceding.slug if step.preceding else "",
        following=step.following.slug if step.following else "",
    )


def path_line(step: Step) -> str:
    """Return a post's number on the path, its reading time, and links to what to read first."""
    parts = [f"{step.number} of {step.of} on {_PATH}", f"{time_for([step.post])} it yourself"]
    if step.post.categories:
        first = step.post.categories[0]
        parts.insert(0, f"[{escape(first)}](../{category_page(first)})")
    links = [link_to(post) for post in step.before]
    lines = [" · ".join(parts), *([f"Read first: {', '.join(links)}"] if links else [])]
    text = "<br>\n".join(lines)
    return f'<p class="kicker" markdown="span" data-search-exclude>\n{text}\n</p>'


def download_links(judged: JudgedPost, url: str, colab: str) -> str:
    """Return the links to the script, the notebook and the archive, and the command to run it.

    `url` is the address of the post's page, empty when the site has none: the command then runs the
    downloaded file. `colab` begins the address of a notebook there.
    """
    slug, packages = judged.post.slug, judged.run.versions
    links = [
        _download_link(f"Download {slug}.py", f"{slug}.py", slug, ".main "),
        _download_link("Notebook", f"{slug}.ipynb", slug),
        *([f"[Open in Colab]({colab}{slug}.ipynb)"] if colab else []),
        _download_link("Everything (zip)", f"{slug}.zip", slug),
    ]
    steps = [install_command(packages), f"python {slug}.py"]
    by_hand = listed(f"`{step}`" for step in steps if step)
    runs = "one line runs it" if url else "one line runs the downloaded file in its folder"
    ways = f"With [uv](https://docs.astral.sh/uv/), {runs}; without, {by_hand} do."
    if "torch" in packages:
        ways += " They take torch for the CPU. With an NVIDIA GPU: `pip install torch`."
    ways += _controls(judged)
    return "\n\n".join(
        [
            "\n".join([_DOWNLOADS, *links, "</p>"]),
            fence(f"uv run {url}{slug}.py", "{ .sh .command }"),
            f'<p class="quiet" markdown="span" data-search-exclude>\n{ways}\n</p>',
        ]
    )


def _controls(judged: JudgedPost) -> str:
    """Return a sentence with links to the scripts that do not learn; empty when there are none."""
    found = [control for control in plain_controls(judged.post, judged.evidence) if control.program]
    names = [control.file(judged.post) for control in found]
    links = [_download_link(f"`{name}`", name, judged.post.slug) for name in names]
    if not links:
        return ""
    what = "A control of the claims" if len(links) == 1 else "Controls of the claims"
    return f" {what}, with the learning struck out: {listed(links)}."


def exercise_links(post: Post) -> str:
    """Return the links to the exercises and the flashcards; empty when there are none."""
    slug = post.slug
    links = [
        _download_link(f"Write it {level_name(post, level)}", exercise_name(post, level), slug)
        for level in levels(post)
    ]
    asks = bool(prompts_of(post))
    if asks:
        links.append(_download_link("Flashcards for Anki", f"{slug}.apkg", slug))
    if not links:
        return ""
    text = "Write the program again, in a notebook that tells you when your network learns."
    if asks:
        text += " Flashcards ask you about it later, just before you would forget it."
    return "\n\n".join(["## Make it yours", text, "\n".join([_DOWNLOADS, *links, "</p>"])])


def _download_link(text: str, name: str, slug: str, kind: str = "") -> str:
    return f'[{text}](../{slug}/{name}){{ {kind}download="{name}" }}'


def neighbours(step: Step) -> str:
    """Return links to the posts before and after a post on the path."""
    return "\n\n".join(
        [
            '<nav class="signposts" aria-label="The path" markdown="1" data-search-exclude>',
            _side("Before this", _before(step)),
            _side("After this", _after(step)),
            "</nav>",
        ]
    )


def _side(title: str, items: Sequence[str]) -> str:
    listed = "\n".join(f"- {item}" for item in items)
    return f'<div markdown="1">\n\n**{title}**\n\n{listed}\n\n</div>'


def _before(step: Step) -> list[str]:
    if step.before:
        return [link_to(post) for post in step.before]
    begins = f"Nothing: {_PATH} begins here." if step.number == 1 else "Nothing."
    return [begins]


def _after(step: Step) -> list[str]:
    if step.following is None:
        return [f"This is the end of {_PATH}, for now."]
    others = [post for post in step.after if post != step.following]
    return [f"{link_to(step.following)}, next on {_PATH}", *map(link_to, others)]


def citation(post: Post, authors: Sequence[str], site_name: str, url: str) -> str:
    """Return a folded block with the citation as a sentence and as BibTeX.

    `authors` are their names; `url` is the address of the post, empty when the site has none.
    """
    return "\n\n".join(
        [
            '<details class="cite" markdown="1" data-search-exclude>',
            "<summary>How to cite this post</summary>",
            escape(citation_sentence(post, authors, site_name)) + (f" <{url}>" if url else ""),
            f"```bibtex\n{bibtex(post, authors, site_name, url)}\n```",
            "</details>",
        ]
    )


def citation_sentence(post: Post, authors: Sequence[str], site_name: str) -> str:
    """Return the citation as a sentence, without the address."""
    by = listed(authors)
    site = "" if by == site_name else f"{site_name}, "
    return f"{by}, “{post.title}”, {site}{post.date.year}."


def bibtex(post: Post, authors: Sequence[str], site_name: str, url: str) -> str:
    """Return the citation as a BibTeX entry.

    A second pair of braces keeps the capitals of titles, and keeps BibTeX from splitting the name
    of the site, where it is the author, into first name and family name.
    """
    by_site = list(authors) == [site_name]
    address = rf"\url{{{url}}}" if url else ""
    names = [f"{{{_tex(name)}}}" if name == site_name else _tex(name) for name in authors]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_tex(post.title)}}}",
        "year": str(post.date.year),
        "howpublished": ", ".join(filter(None, [_tex(site_name) * (not by_site), address])),
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join([f"@misc{{{post.slug}-{post.date.year},", *lines, "}"])


def _tex(text: str) -> str:
    """Escape a plain text for TeX."""
    return re.sub(r"[\\~^&%$#_{}]", lambda match: _TEX_ESCAPES.get(match[0], f"\\{match[0]}"), text)
