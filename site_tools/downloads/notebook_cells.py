"""Post → the cells of a notebook: what downloads and run records have in common.

Links lead to the site, and marks for the page are left out.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import nbformat

from site_tools.downloads.install_instructions import install_command
from site_tools.model.post import Post
from site_tools.model.source import RAISES, Cell
from site_tools.posts.cross_references import labels_in
from site_tools.posts.links import rewrite
from site_tools.posts.markdown_text import escape
from site_tools.posts.page_marks import at_marks, is_mark
from site_tools.posts.plain_forms import for_jupyter, references
from site_tools.posts.recall_prompts import without_marks
from site_tools.posts.site_settings import Settings

_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}

_COLAB_GPU = {"accelerator": "GPU", "colab": {"gpuType": "T4"}}
"""What Colab writes into a notebook for which a GPU was chosen: the one that is free of charge."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of the site and its posts."""

    site: str
    """Its address, with a final `/`."""
    posts: Mapping[str, str]
    """The addresses of the published posts, by file."""

    def of(self, post: Post) -> str:
        """Return the address of a post's page."""
        return self.posts[post.file]

    def of_link(self, path: str, post: Post) -> str:
        """Return the address of what a post links to, by its path in the project."""
        if path in self.posts:
            return self.posts[path]
        if path.startswith("docs/"):
            page = path.removeprefix("docs/").removesuffix("index.md")
            is_page = page.endswith(".md")
            return self.site + (page.removesuffix(".md") + "/" if is_page else quote(page))
        return self.of(post) + quote(path.removeprefix("posts/"))


@dataclass(frozen=True, slots=True)
class Imprint:
    """What downloads state about the site that they come from."""

    addresses: Addresses
    site_name: str
    licence: str = ""
    """The text of the project's licence."""
    made: int = 0
    """When this version of the site was made, in seconds since 1970."""
    terms: str = ""
    """The licences of code and text, as a sentence; empty when the site names none."""
    torch_index: str = ""
    """Where torch is installed from; empty for the index of all other packages."""

    def on(self, device: str) -> Imprint:
        """Return the same for a post that ran on a device: torch for the CPU is none for a GPU."""
        return self if device == "cpu" else replace(self, torch_index="")


def imprint_of(posts: Iterable[Post], settings: Settings, licence: str) -> Imprint:
    """Return what the downloads of these posts state about their site."""
    site = settings.site_url
    addresses = Addresses(site, {post.file: f"{site}posts/{post.slug}/" for post in posts})
    options = settings.options
    return Imprint(
        addresses,
        settings.site_name,
        licence,
        settings.made,
        terms=options.licence.sentence,
        torch_index=options.torch_index,
    )


def cells(post: Post, addresses: Addresses, *, for_site: bool = False) -> list[Any]:
    """Return a post's cells, without outputs.

    What Jupyter does not know is written as it shows it best, unless they are for the site.
    """
    found = []
    labels = labels_in(post.cells, post.slug)
    for i, cell in enumerate(post.cells, start=1):
        if cell.kind == "prose":
            text = text_of(cell, post, addresses)
            found.append(
                prose(text if for_site else for_jupyter(text, post.works, labels), f"cell-{i}")
            )
        else:
            made = code(cell.source, f"cell-{i}")
            if RAISES in cell.tags:
                made.metadata["tags"] = [RAISES]
            found.append(made)
            if label := labels.get(cell.label):
                words = f"{label.text}. {cell.caption}".strip()
                anchor = f'<p id="{label.anchor}" class="caption">{html.escape(words)}</p>'
                found.append(prose(anchor if for_site else f"*{escape(words)}*", f"caption-{i}"))
    if not for_site:
        found.append(prose(references(post.works), "references"))
    return [cell for cell in found if cell.source.strip()]


def about(post: Post, what: str, packages: Mapping[str, str], imprint: Imprint) -> Any:
    """Return the first cell of a notebook: its title, what it is, and what it needs."""
    text = f"# {escape(post.title)}\n\n{what} {imprint.terms}".rstrip()
    command = install_command(packages, imprint.torch_index)
    return prose(f"{text}\n\nTo run it: `{command}`." if command else text, "about")


def text_of(cell: Cell, post: Post, addresses: Addresses) -> str:
    """Return prose whose links lead to the site, without its marks."""

    def absolute(path: str) -> str:
        return addresses.of_link(path, post)

    parts = [rewrite(part, absolute) for part in at_marks(cell)]
    kept = [without_marks(part).strip("\n") for part in parts if not is_mark(part)]
    return "\n\n".join(kept)


def prose(text: str, name: str) -> Any:
    """Return a cell of Markdown; its name is unique in its notebook."""
    return _cell("markdown", text.strip("\n"), name)


def code(source: str, name: str) -> Any:
    """Return a cell of code that has not run."""
    return _cell("code", source, name, execution_count=None, outputs=[])


def write(cells: list[Any], device: str = "cpu") -> str:
    """Return a notebook as the text of its file; Colab gives one of a `gpu` post a GPU."""
    metadata = _KERNEL | (_COLAB_GPU if device == "gpu" else {})
    book = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return str(nbformat.writes(book, version=4, indent=1, sort_keys=True)) + "\n"


def _cell(kind: str, source: str, name: str, **values: Any) -> Any:
    """Return a cell; nbformat's own would be checked alone and again with the notebook."""
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source, **values}
    return nbformat.from_dict(cell)
