"""What if a number were another one: small multiples of its sweep, and a slider made of them.

Readers without scripts see the charts of all values. `assets/vary.js` lays the lines of one over
those of the whole program; the theme loads it where the front matter has `exhibits`.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property

from site_tools.evidence.variant_evidence import Setting, SweepEvidence, VariantEvidence
from site_tools.model.claim import Claim
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.text import cut
from site_tools.pages.charts.sweep_chart import SweepChart, written
from site_tools.pages.charts.variant_chart import PLOT, VariantChart, curve_chart
from site_tools.pages.number_text import goal_in_words, number_range
from site_tools.posts.prose_html import Block, Heading

TITLE = "What if?"

_LONGEST = 90
"""Characters of an error that a reader sees."""


def sweep_exhibits(post: Post, variants: VariantEvidence | None) -> tuple[Block, ...]:
    """Return the section about other numbers in a program; empty without a sweep."""
    if variants is None or not variants.sweeps or not variants.trained:
        return ()
    exhibits = (_Exhibit(post.claims[0], variants, sweep).html for sweep in variants.sweeps)
    return Heading(2, TITLE), *exhibits


@dataclass(frozen=True)
class _Exhibit:
    claim: Claim
    variants: VariantEvidence
    sweep: SweepEvidence

    @property
    def html(self) -> str:
        dots, curves = SweepChart(self.sweep, self.claim).svg, self._curves
        name, last = html.escape(self.sweep.wish.name), len(self.sweep.settings) - 1
        label = f'data-name="{name}" aria-label="What if {name} were another number?"'
        numbers = f'min="0" max="{last}" value="{self._own}"'
        return "\n".join(
            [
                f'<section class="vary" {label} data-search-exclude>',
                f'<p class="vary-intro">{self._intro}</p>',
                '<div class="vary-exhibit">',
                '<div class="vary-left">',
                dots,
                '<div class="vary-slider">',
                f'<input type="range" {numbers} step="1" aria-label="{name}" disabled>',
                "</div>",
                '<div class="vary-ask"></div>',
                "</div>",
                '<div class="vary-right">',
                f'<div class="vary-say" aria-live="polite">{self._caption(self._own)}</div>',
                *([curves.svg, '<p class="vary-key">' + self._key + "</p>"] if curves else []),
                "</div>",
                "</div>",
                '<ul class="vary-all">',
                *map(self._item, range(last + 1)),
                "</ul>",
                "</section>",
            ]
        )

    @cached_property
    def _own(self) -> int:
        return next(i for i, one in enumerate(self.sweep.settings) if one.is_own)

    @cached_property
    def _curves(self) -> VariantChart | None:
        runs = [run for one in self.sweep.settings if not one.is_own for run in one.runs]
        return curve_chart(self.claim, self.variants.trained, runs, longer=True)

    @property
    def _intro(self) -> str:
        name, own = html.escape(self.sweep.wish.name), self.sweep.settings[self._own]
        starts = len(own.runs)
        made = "once" if starts == 1 else f"from {starts} random starts"
        says = html.escape(self.sweep.wish.says)
        says += "" if not says or says[-1] in ".!?" else "."
        claim = html.escape(self.claim.says.rstrip("."))
        return (
            f"{says} The program was run {made} with each of these values of <code>{name}</code>; "
            f"in the post it is <code>{written(own.value, '_')}</code>. The number is that of the "
            f"claim “{claim}”, and the goal is {html.escape(goal_in_words(self.claim.goal))}."
        ).strip()

    @property
    def _key(self) -> str:
        own = written(self.sweep.settings[self._own].value)
        return f"Faint: the program of the post, with {own}. Strong: with the chosen value."

    def _item(self, index: int) -> str:
        """Return the small chart of one value, with its number in words."""
        one = self.sweep.settings[index]
        kind = self._kind(one)
        return (
            f'<li data-kind="{kind}" data-value="{written(one.value, "_")}"'
            f"{' class=own' if one.is_own else ''}>{self._small(one)}"
            f'<div class="vary-caption">{self._caption(index)}</div></li>'
        )

    def _small(self, one: Setting) -> str:
        if self._curves is None:
            return ""
        trained = "".join(
            f'<path class="trained" d="{d}"/>' for d in self._curves.lines(self.variants.trained)
        )
        lines = (
            "" if one.is_own else "".join(f'<path d="{d}"/>' for d in self._curves.lines(one.runs))
        )
        return (
            f'<svg class="learning-curve vary-small" viewBox="{PLOT}" preserveAspectRatio="none" '
            f'aria-hidden="true">{self._curves.goal}{trained}<g class="variant">{lines}</g></svg>'
        )

    def _caption(self, index: int) -> str:
        one = self.sweep.settings[index]
        name, numbers = html.escape(self.sweep.wish.name), one.numbers(self.claim)
        own = " <span>as in the post</span>" if one.is_own else ""
        ends = f"<b class=vary-{self._kind(one)}>{self._ends(one)}</b>"
        reached = sum(holds(self.claim.goal, number) for number in numbers)
        starts = (
            f"{reached} of {len(one.runs)} starts reach the goal" if numbers else self._why(one)
        )
        return f"<p><code>{name} = {written(one.value, '_')}</code>{own}</p><p>{ends} {starts}</p>"

    def _ends(self, one: Setting) -> str:
        numbers = one.numbers(self.claim)
        if numbers:
            return number_range(numbers, self.claim.goal)
        return "stops" if one.runs[0].failure else "no number"

    def _why(self, one: Setting) -> str:
        """Return why there is no number."""
        failure = one.runs[0].failure
        if one.runs[0].trace.stopped or (failure and failure.limit == "time"):
            return "it does not end in time"
        if failure is None:
            return "what it ends at is not finite"
        return f"<code>{html.escape(cut(failure.what.rstrip('.'), _LONGEST))}</code>"

    def _kind(self, one: Setting) -> str:
        """Return what becomes of the number, compared with that of the post."""
        numbers, claim = one.numbers(self.claim), self.claim
        if not numbers:
            return "stops"
        if not holds(claim.goal, numbers[0]):
            return "worse"
        own = self.sweep.settings[self._own].numbers(claim)
        sign = -1 if claim.goal.sign.startswith("<") else 1
        is_better = min(sign * n for n in numbers) > max(sign * n for n in own)
        return "better" if is_better and not one.is_own else "same"
