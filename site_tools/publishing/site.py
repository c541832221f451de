"""What every post and every page of `docs/` is staged with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from site_tools.downloads.notebook_cells import Imprint, imprint_of
from site_tools.evidence.proofs import read_proofs
from site_tools.evidence.run_report import with_proof
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.post import Author, Post
from site_tools.pages.body import page_address
from site_tools.pages.doc_page import Docs
from site_tools.pages.index_pages import ALL_PROMPTS
from site_tools.pages.reading_order import Step, walk
from site_tools.posts.bibliography import Bibliography
from site_tools.posts.front_matter_reference import SCHEMA_FILE
from site_tools.posts.glossary import Glossary, read_glossary
from site_tools.posts.project_files import is_file
from site_tools.posts.site_settings import Settings

SCHEMA = "evidence/schema.json"

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
        return docs_of(self.root, self.settings, self.siblings, self.steps)

    @cached_property
    def glossary(self) -> Glossary:
        """Return the words that the site explains; raises BadProject for a page with mistakes."""
        name = self.settings.options.glossary
        if not name or not is_file(self.docs.folder / name):
            return Glossary()
        return read_glossary(self.docs.folder / name, name, page_address(name))


def docs_of(
    root: Path,
    settings: Settings,
    siblings: Mapping[str, Post],
    steps: Sequence[Step] = (),
    *,
    beside: Iterable[str] = (),
) -> Docs:
    """Return what the pages of `docs/` are staged with.

    `siblings` are the published posts, by file. `beside` are paths, relative to `docs/`, that
    pages may lead to as well.
    """
    made = frozenset({SCHEMA, SCHEMA_FILE, ALL_PROMPTS, *beside})
    works = Bibliography(root / "posts", root)
    trust = settings.trust.with_site(settings.site_url)
    return Docs(root / "docs", made, siblings, steps, works, trust)


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
