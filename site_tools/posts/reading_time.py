"""How long a post takes to read."""

from __future__ import annotations

WORDS_A_MINUTE = 200
"""Adults read English non-fiction at 238 words a minute (Brysbaert, *How many words do we read per
minute?*, 2019). A technical text takes longer."""

LINES_A_MINUTE = 10
"""Six seconds for a line of code: our choice, for a beginner who wants to understand it."""


def reading_minutes(words: int, lines: int) -> int:
    """Return the minutes for words of prose and comments, and for lines of code; 1 or more."""
    return max(1, round(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE))
