"""Posts that have vanished, and the addresses to which they have moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Renames:
    """What became of the posts that have vanished; a post is named by its slug."""

    _now: dict[str, str] = field(default_factory=dict)
    """For each post that there is, the digest of its file."""
    _gone: dict[str, str] = field(default_factory=dict)
    """For each post that has vanished, the last digest of its file."""
    _moved: dict[str, str] = field(default_factory=dict)
    """For each of these whose content is that of another post, that post."""

    def look(self, digests: Mapping[str, str]) -> None:
        """Note which posts there are now, with the digests of their files."""
        self._gone |= {slug: self._now[slug] for slug in self._now.keys() - digests.keys()}
        for slug in digests:
            self._gone.pop(slug, None)
            self._moved.pop(slug, None)
        self._now = dict(digests)
        lost = {slug: digest for slug, digest in self._gone.items() if slug not in self._moved}
        for slug, digest in lost.items():
            same = [other for other, own in self._now.items() if own == digest]
            if len(same) == 1 and [*lost.values()].count(digest) == 1:
                self._moved[slug] = same[0]

    def is_gone(self, slug: str) -> bool:
        """Return whether there was a post with this slug, and is none now."""
        return slug in self._gone

    def now(self, slug: str) -> str:
        """Return the slug that a vanished post has now; empty if it has none."""
        while slug in self._moved:
            slug = self._moved[slug]
        return slug if slug in self._now else ""
