"""Recall prompts: questions in a post for its readers to answer from memory.

    <!-- recall why-random -->

    > Why must the weights not all start with the same number?
    >
    > Neurons with the same weights get the same corrections, and stay the same for ever.

The mark names the prompt and is not shown. The quotation's first paragraph is the question,
and the rest is the answer, in any Markdown. The name makes the flashcard: as long as it stays, the
card stays the same card, whatever becomes of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.source import Cell, Line
from site_tools.posts.links import outside_fences

_COMMENT = re.compile(r"<!--\s*(\w+)\b.*-->")
_MARK = re.compile(r"<!--\s*recall\b[ \t]*(.*?)\s*-->")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_QUOTE = re.compile(r"\s{0,3}> ?")
_FORM = "Write `> The question`, `>`, `> The answer` below it."


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question with its answer."""

    name: str
    """Unique within the post."""
    question: Cell
    answer: Cell
    mark: Line


def prompts_of(post: Post) -> list[Prompt]:
    """Return a post's prompts, in order."""
    return [part for cell in post.prose_cells for part in parts(cell) if isinstance(part, Prompt)]


def parts(cell: Cell) -> Iterator[Cell | Prompt]:
    """Split prose at its prompts."""
    if not _MARK.search(cell.source):
        yield cell
        return
    kept: list[Line] = []
    marks = {i: match[1] for i, line in outside_fences(cell) if (match := _mark(line))}
    end = 0
    for i, line in enumerate(cell.lines):
        if i < end:
            continue
        if i not in marks:
            kept.append(line)
            continue
        if kept:
            yield replace(cell, lines=tuple(kept))
            kept = []
        quoted, end = _quotation(cell.lines, i + 1)
        cut = next((n for n, text in enumerate(quoted) if not text.text.strip()), len(quoted))
        question, answer = (replace(cell, lines=q) for q in (quoted[:cut], quoted[cut + 1 :]))
        yield Prompt(marks[i], question, answer, line)
    if kept:
        yield replace(cell, lines=tuple(kept))


def problems(post: Post) -> Iterator[Problem]:
    """Yield what is wrong with a post's prompts."""
    yield from _misspelt(post)
    seen: set[str] = set()
    for prompt in prompts_of(post):
        place, name = prompt.mark.place, prompt.name
        if not _NAME.fullmatch(name):
            what = f"`{prompt.mark.text.strip()}` does not name its prompt."
            yield Problem(place, what, "Lower-case words: `<!-- recall why-random -->`.")
        elif name in seen:
            what = f"a second prompt is called `{name}`."
            yield Problem(place, what, "Its flashcard would replace the first one's. Rename it.")
        seen.add(name)
        if not prompt.question.source.strip():
            yield Problem(place, "there is no question below this mark.", _FORM)
        elif not prompt.answer.source.strip():
            yield Problem(place, "this question has no answer.", _FORM)


def _misspelt(post: Post) -> Iterator[Problem]:
    """Yield comments above a quotation that are nearly marks: their answers would be open."""
    for cell in post.prose_cells:
        for i, line in outside_fences(cell):
            match = _COMMENT.fullmatch(line.text.strip())
            if match and match[1] != "recall" and _quotation(cell.lines, i + 1)[0]:
                remedy = nearest(match[1], {"recall"})
                if remedy:
                    yield Problem(line.place, f"`{line.text.strip()}` is no mark.", remedy)


def without_marks(text: str) -> str:
    """Return prose with its prompts as the quotations that they are."""
    return _MARK.sub("", text)


def _mark(line: Line) -> re.Match[str] | None:
    return _MARK.fullmatch(line.text.strip())


def _quotation(lines: Sequence[Line], start: int) -> tuple[tuple[Line, ...], int]:
    """Return the lines of the quotation that follows, unquoted, and the index behind it."""
    numbers = range(start, len(lines))
    first = next((n for n in numbers if lines[n].text.strip()), len(lines))
    quoted: list[Line] = []
    for number in range(first, len(lines)):
        line = lines[number]
        match = _QUOTE.match(line.text)
        if match is None:
            break
        quoted.append(replace(line, text=line.text[match.end() :]))
    return tuple(quoted), first + len(quoted) if quoted else start
