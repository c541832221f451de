"""What each line of a program is for: a table of its variants, and an exhibit made of it.

All that the exhibit shows is in the rows of the table, so readers without scripts have the same.
`assets/strike.js` reads it from there; the theme loads it where the front matter has `exhibits`.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from site_tools.evidence.variant_evidence import Tried, VariantEvidence
from site_tools.evidence.verdict import Evidence
from site_tools.model.claim import Claim
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.source import is_code
from site_tools.model.text import count, cut, listed
from site_tools.pages.charts.variant_chart import VariantChart, variant_chart
from site_tools.pages.number_text import goal_in_words, number_range
from site_tools.posts.code_html import breakable, hanging
from site_tools.posts.prose_html import Block, Heading
from site_tools.posts.walkthrough import Program, program_of

TITLE = "What is each line for?"

_LONGEST = 90
"""Characters of an error that a reader sees."""

_PREPARED = 4
"""Exhibits that are offered before a reader chooses a line."""

_WORDS = {
    "better": "Better",
    "worse": "Worse",
    "same": "Hardly any difference",
    "stops": "It stops",
}
"""What a reader may expect, and how the answer begins."""


def line_exhibit(
    post: Post, evidence: Evidence, variants: VariantEvidence | None
) -> tuple[Block, ...]:
    """Return the section about the lines of a program; empty without variants to show."""
    if variants is None or not variants.shown or not evidence.verdicts:
        return ()
    exhibit = _Exhibit(post, evidence, variants)
    return Heading(2, TITLE), exhibit.html


@dataclass(frozen=True)
class _Exhibit:
    post: Post
    evidence: Evidence
    variants: VariantEvidence

    @property
    def html(self) -> str:
        chart = self._chart
        return "\n".join(
            [
                '<section class="strike" aria-label="What each line is for" data-search-exclude>',
                f'<p class="strike-intro">{self._intro}</p>',
                '<div class="strike-exhibit">',
                '<div class="strike-left">',
                '<div class="strike-chips strike-first"></div>',
                f'<div class="strike-program">{"".join(self._program())}</div>',
                "</div>",
                '<div class="strike-right">',
                f'<div class="strike-say" aria-live="polite"><p>{self._whole}</p></div>',
                *([chart.svg] if chart else []),
                f'<p class="strike-key">{self._key}</p>' if chart else "",
                "</div>",
                "</div>",
                '<details class="strike-table">',
                "<summary>The same as a table</summary>",
                "<table>",
                "<thead><tr><th>line</th><th>change</th>",
                "<th>at the end</th><th>what it shows</th></tr></thead>",
                "<tbody>",
                *map(self._row, self.variants.shown),
                "</tbody>",
                "</table>",
                "</details>",
                "</section>",
            ]
        )

    @property
    def _claim(self) -> Claim:
        return self.post.claims[0]

    @cached_property
    def _chart(self) -> VariantChart | None:
        return variant_chart(self.variants, self._claim)

    @property
    def _starts(self) -> int:
        return max(len(one.runs) for one in self.variants.shown)

    @property
    def _intro(self) -> str:
        made = "once" if self._starts == 1 else f"from {self._starts} random starts"
        return (
            "The program was changed in one place at a time, and what came of it was run "
            f"{made}. The table below has every change."
        )

    @property
    def _whole(self) -> str:
        numbers = [run.number(self._claim.metric) for run in self.variants.trained]
        ends = number_range([n for n in numbers if n is not None], self._claim.goal)
        goal = html.escape(goal_in_words(self._claim.goal))
        says = html.escape(self._claim.says.rstrip("."))
        return f"{says}: the whole program ends at <b>{ends}</b> (goal: {goal})."

    @property
    def _key(self) -> str:
        starts = count(len(self._chart.trained), "start") if self._chart else ""
        return f"Faint: the whole program, {starts}. Strong: with the change."

    def _program(self) -> Iterator[str]:
        """Yield the lines of the program; those with a variant can be chosen."""
        handles = {one.place for one in self.variants.shown}
        for (cell, line), text in self._lines.items():
            number = self._number((cell, line))
            code = breakable(html.escape(text, quote=False))
            inner = f"<i>{number}</i><code{hanging(text)}>{code}</code>"
            if (cell, line) in handles:
                key = f'data-line="{cell}:{line}"'
                yield f'<button type="button" class="strike-line" {key} disabled>{inner}</button>'
            else:
                yield f'<div class="strike-line">{inner}</div>'

    @cached_property
    def _lines(self) -> dict[tuple[int, int], str]:
        """Return the lines of the program by cell and line."""
        if self._walked:
            return {(own.cell, own.line): own.text for own in self._walked.lines if own.cell}
        cells = sorted({one.variant.cell for one in self.variants.shown})
        return {
            (cell, number): line.text
            for cell in cells
            for number, line in enumerate(self.post.code_cells[cell - 1].lines, start=1)
            if is_code(line.text)
        }

    @cached_property
    def _walked(self) -> Program | None:
        return program_of(self.post)

    def _number(self, place: tuple[int, int]) -> int:
        """Return the number of a line: the one that the page gives it elsewhere, if it does."""
        if self._walked:
            return self._walked.number(*place)
        return list(self._lines).index(place) + 1

    def _row(self, one: Tried) -> str:
        variant, kind = one.variant, self._kind(one)
        numbers = one.numbers(self._claim)
        attributes = {
            "line": f"{variant.cell}:{variant.line}",
            "kind": kind,
            "word": _WORDS[kind],
            "lines": " ".join(self._chart.lines(one.runs)) if self._chart else "",
            "first": "1" if one in self._prepared else "",
            **self._marked(one),
        }
        data = "".join(f' data-{k}="{html.escape(v)}"' for k, v in attributes.items() if v)
        cells = [
            str(self._number(one.place)),
            _code(variant.title),
            number_range(numbers, self._claim.goal) if numbers else "",
            self._says(one),
        ]
        return f"<tr{data}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

    def _marked(self, one: Tried) -> dict[str, str]:
        """Return what is struck out of a line, and what is put there: where both texts differ."""
        cell, line = one.place
        old = self._lines[cell, line]
        if one.variant.shuffle:
            return {}
        new = one.variant.applied(self.post.sources)[cell - 1].split("\n")[line - 1]
        if "# struck out:" in new:
            start = len(old) - len(old.lstrip())
            return {"from": str(start), "to": str(len(old.partition("  #")[0].rstrip()))}
        before = _alike(old, new)
        after = _alike(old[before:][::-1], new[before:][::-1])
        put, end = new[before : len(new) - after], len(old) - after
        while not put and before and old[before - 1] == old[end - 1] == " ":
            before, end = before - 1, end - 1  # a blank before what is struck, none behind it
        return {"from": str(before), "to": str(end), "put": put}

    def _kind(self, one: Tried) -> str:
        """Return what became of the program, by the claims and by the number of the first one."""
        if one.outcome in {"stopped", "endless"}:
            return "stops"
        numbers, claim = one.numbers(self._claim), self._claim
        is_met = len(numbers) == len(one.runs) and all(holds(claim.goal, n) for n in numbers)
        if one.noticed_by or not is_met:
            return "worse"
        trained = [value for run in self.variants.trained if (value := run.number(claim.metric))]
        sign = -1 if claim.goal.sign.startswith("<") else 1
        best = max((sign * value for value in trained), default=0.0)
        return "better" if all(sign * value > best for value in numbers) else "same"

    @cached_property
    def _prepared(self) -> list[Tried]:
        """Return the exhibits that come first: what surprises most, then what learning needs."""
        order = {"better": 0, "survived": 1, "start": 1, "noticed": 2}
        found: list[Tried] = []
        for one in sorted(
            self.variants.shown, key=lambda t: (order.get(t.outcome, 3), t.variant.rank)
        ):
            is_new = one.place not in {other.place for other in found}
            alike = sum(other.outcome == one.outcome for other in found)
            if is_new and alike < _PREPARED // 2:
                found.append(one)
        return found[:_PREPARED]

    def _says(self, one: Tried) -> str:
        """Return what a variant shows, in a sentence or two."""
        if one.variant.says:
            return html.escape(one.variant.says)
        word, failure = _WORDS[self._kind(one)], one.runs[0].failure
        if one.outcome == "endless":
            return "It does not end by itself: the loop waits for what never comes."
        if failure:
            return f"{word}: <code>{html.escape(cut(failure.what.rstrip('.'), _LONGEST))}</code>."
        numbers, claim = one.numbers(self._claim), self._claim
        reached = sum(holds(claim.goal, value) for value in numbers)
        starts = f"{reached} of {len(one.runs)} starts reach the goal"
        named = [str(number) for number in one.noticed_by if number > 1] if reached else []
        some = len(named) > 1
        but = f", but claim{'s' * some} {listed(named)} fail{'' if some else 's'}" if named else ""
        parts = [f"{word}: {starts}{but}."]
        if not numbers:
            parts = [f"{word}: the number is not finite, so nothing was learned that can be used."]
        elif self._is_untrained(numbers):
            parts.append("It ends where it ends with learning switched off.")
        if one.outcome == "start":
            other = "with this number of examples" if one.variant.resized else "from this start"
            parts.append(f"It learns as well {other}.")
        elif not one.noticed_by and one.outcome != "noticed":
            parts.append("No claim of this post notices the change.")
        return " ".join(parts)

    def _is_untrained(self, numbers: Sequence[float]) -> bool:
        off = [trial.value for trial in self.evidence.verdicts[0].off if trial.value is not None]
        spread = max(off) - min(off) if off else 0.0
        room = max(spread, abs(max(off)) * _ALIKE) if off else 0.0
        return bool(off) and all(min(off) - room <= n <= max(off) + room for n in numbers)


_ALIKE = 0.02
"""By which part of themselves two numbers may differ that a reader takes for the same."""


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _code(title: str) -> str:
    """Return a title with its code marked."""
    parts = html.escape(title).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
