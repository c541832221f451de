"""Evidence → the card at the head of a post: what was claimed, and how it was put to the test."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.reviewer_notes import ReviewerNote, hidden_lines, notes_on
from site_tools.evidence.statistics import CONFIDENCE
from site_tools.evidence.unchanged import coverage_of
from site_tools.evidence.verdict import Evidence, OnOtherDevice, Trial, Verdict
from site_tools.model.claim import Claim
from site_tools.model.post import Post
from site_tools.model.run import Run, Update
from site_tools.model.text import count, in_runs, listed
from site_tools.pages.body import page_address
from site_tools.pages.charts.learning_curve_svg import curve_plot
from site_tools.pages.charts.strip_plot import strip_plot
from site_tools.pages.devices import memory, side_by_side, software, where
from site_tools.pages.line_names import lines_in_words
from site_tools.pages.number_text import goal_in_words, number_range, readable, shown
from site_tools.pages.struck_program import struck_programs
from site_tools.posts.walkthrough import Program, program_of

CARD = "evidence"
"""The address of the card on a post's page."""

STRUCK = "learning-off"
"""The address, on a post's page, of the program with its struck-out lines."""

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Guides:
    """The pages of `docs/` that explain the evidence to readers; a name is empty without a page."""

    claims: str = ""
    """What a claim proves."""
    limits: str = ""
    """What it does not prove."""


LEARNS = "This network learns."
"""The title of a card whose claims are accepted."""

OFF = "With learning switched off"
"""How the sentence about the controls begins, also on the front page."""


def card(
    post: Post,
    run: Run,
    evidence: Evidence,
    guides: Guides,
    other: OnOtherDevice | None = None,
) -> str:
    """Return the evidence as HTML: one sentence and one picture, and all else folded.

    `other` is what the post's runs have shown on a second device; it is shown beside the sentence.
    """
    if post.claims and not evidence.verdicts:
        return waiting_card(post, run, Waiting({}))
    if post.no_learning:
        title = "This post trains nothing."
        items = [
            f"<p>{html.escape(post.no_learning)}</p>",
            _facts(post, run, guides),
            *_unseen(post),
        ]
    else:
        title = LEARNS
        items = [
            _summary(evidence.verdicts[0]),
            *([side_by_side(run, evidence, other)] if other else []),
            *_in_full(post, run, evidence, guides),
        ]
    return "\n".join(
        [
            f'<section class="evidence" id="{CARD}" aria-label="Evidence" data-search-exclude>',
            f'<p class="evidence-title">{title}</p>',
            *items,
            "</section>",
        ]
    )


def _summary(verdict: Verdict) -> str:
    """Return the first claim in a sentence, and its picture with the words for its dots."""
    off = f"with learning switched off, it ends at {ends_of(verdict.off, verdict)}"
    sentence = f"{_reached(verdict)}; {off}."
    kinds = {"trained": "trained, each from another start", "off": "learning off"}
    kinds |= {"shuffled": "trained on mixed labels"} if verdict.shuffled else {}
    if verdict.deterministic:
        kinds["trained"] = "trained"
    dots = " ".join(f'<span class="dot {kind}">{words}</span>' for kind, words in kinds.items())
    shown = f'<div>{picture(verdict)}\n<p class="dots" aria-hidden="true">{dots}</p></div>'
    return f'<div class="evidence-claim">\n<p>{sentence}</p>\n{shown}\n</div>'


def _in_full(post: Post, run: Run, evidence: Evidence, guides: Guides) -> Iterator[str]:
    """Yield the whole experiment, folded: each claim, all controls, the struck programs."""
    addresses, program = addresses_of(evidence), program_of(post)
    runs = count(1 + len(evidence.conditions), "run")
    yield '<details class="more-evidence">'
    curves = len(evidence.curves)
    more = f", and {curves} for the learning curve{'s' * (curves > 2)}" if curves else ""  # noqa: PLR2004
    claims = count(len(evidence.verdicts), "claim")
    yield f"<summary>The whole test: {claims}, {runs}{more}</summary>"
    for i, verdict in enumerate(evidence.verdicts):
        words = _words(verdict, _how(verdict, addresses[verdict.switched_off], program))
        shown = f"\n{picture(verdict)}" if i else ""  # the first is above
        yield f'<div class="evidence-claim">\n{words}{shown}\n</div>'
    yield _facts(post, run, guides)
    yield from _covered(evidence)
    yield from _unseen(post)
    yield from struck_programs(post, addresses)
    yield from _notes(post, guides)
    yield "</details>"


def _facts(post: Post, run: Run, guides: Guides) -> str:
    """Return what the run ran on, and links to all numbers and to what explains them."""
    links = [f'<a href="../../runs/{post.slug}/">the full run</a>']
    if not post.no_learning:
        links.insert(0, f'<a href="../{post.slug}/evidence.json">all numbers</a>')
        links += _guide(guides.claims, "what this proves")
        links += _guide(guides.limits, "what would fool it")
    return f'<p class="evidence-facts">{facts(run)} · {" · ".join(links)}</p>'


@dataclass(frozen=True, slots=True)
class NotExecuted:
    """A post is published without its runs, because they need a GPU."""


def not_executed_card() -> str:
    """Return the card of a post that was not executed, as HTML: it claims nothing."""
    why = "This program needs a GPU, and it has not run on one yet."
    what = "So this page shows no output, and claims nothing."
    return f"""\
<section class="evidence" aria-label="Evidence" data-search-exclude>
<p class="evidence-title">Not executed yet.</p>
<p>{why} {what}</p>
</section>"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How far the experiment of a post has come, as a preview shows it."""

    runs: Mapping[str, tuple[int, int]]
    """How many runs of a group have ended, and how many it has: `{"other starts": (3, 20)}`."""
    end: Literal["", "refused", "failed"] = ""
    """How it has ended: a claim was not accepted, or the program failed; empty until then."""


def waiting_card(post: Post, run: Run, waiting: Waiting) -> str:
    """Return the card of a post whose claims are not judged yet, as HTML: a dot for each run."""
    claims = [
        f"<p>{html.escape(claim.says.rstrip('.'))}: <b>{_value_so_far(claim, run)}</b> "
        f"(goal: {html.escape(goal_in_words(claim.goal))}).</p>"
        for claim in post.claims
    ]
    groups = [
        f'<span class="runs">{html.escape(name)} '
        f'<span aria-hidden="true">{"●" * ended}{"○" * (of - ended)}</span> {ended} of {of}</span>'
        for name, (ended, of) in waiting.runs.items()
        if waiting.end != "failed"
    ]
    return "\n".join(
        [
            '<section class="evidence" aria-label="Evidence" data-search-exclude>',
            f'<p class="evidence-title">{_TITLES[waiting.end]}</p>',
            *claims,
            *([f'<p class="evidence-facts">{" · ".join(groups)}</p>'] if groups else []),
            "</section>",
        ]
    )


def _value_so_far(claim: Claim, run: Run) -> str:
    value = run.number(claim.metric)
    return "…" if value is None else shown(value, claim.goal)


def _covered(evidence: Evidence) -> Iterator[str]:
    """Yield how much of what should learn has changed, if it is known."""
    traces = [trace for verdict in evidence.verdicts if (trace := coverage_of(verdict))]
    if not traces:
        return
    most = max(traces, key=lambda trace: trace.things)
    names = [f"<code>{html.escape(one.name)}</code>" for one in most.unchanged[:_MOST_STILL]]
    if most.things == most.changed:
        all_of = "The one parameter" if most.things == 1 else f"All {most.things:,} parameters"
        text = f"{all_of} that should learn changed"
    else:
        text = f"{most.changed:,} of {most.things:,} parameters that should learn changed"
        text += f" (not {listed(names)})" if names else ""
    yield f'<p class="evidence-facts">{text} while the program trained.</p>'


_TITLES = {
    "": "The evidence is not complete.",
    "refused": "The claims are not accepted.",
    "failed": "The program failed.",
}
"""The title of a card without evidence, by how the experiment has ended."""

_MOST_STILL = 4
"""Names of what never changes that the card has."""


def _unseen(post: Post) -> Iterator[str]:
    """Yield how much code the page does not show, if any."""
    if lines := hidden_lines(post):
        run, shows = ("runs", "it") if lines == 1 else ("run", "them")
        yield (
            f'<p class="evidence-facts">{count(lines, "line")} of code {run} that this page does '
            f'not show; <a href="../../runs/{post.slug}/">the full run</a> has {shows}.</p>'
        )


def _guide(page: str, text: str) -> list[str]:
    """Return the link to a page of `docs/`, if there is one."""
    return [f'<a href="../../{page_address(page)}">{text}</a>'] if page else []


def _notes(post: Post, guides: Guides) -> Iterator[str]:
    """Yield the lines that a reviewer should read, folded, if there are any."""
    if notes := notes_on(post):
        yield '<details class="struck" id="notes-for-reviewers">'
        yield f"<summary>Rests on a review: {count(len(notes), 'note')} for reviewers</summary>"
        about = "".join(f"; see {link}" for link in _guide(guides.limits, "what would fool this"))
        reason = f"Lines to read before you trust the numbers{about}."
        yield f'<p class="evidence-facts">{reason}</p>'
        yield '<ul class="evidence-facts">'
        yield from (f"<li>{_note(note, post)}</li>" for note in notes)
        yield "</ul>"
        yield "</details>"


def _note(note: ReviewerNote, post: Post) -> str:
    """Return one note; lines of an explained program have its numbers."""
    program = program_of(post)
    number = program.number(note.block, note.line) if program else 0
    where = f"Line {number}" if number else f"Line {note.line} of block {note.block}"
    if not note.block:
        where = f"The metric of claim {note.line}"
    hidden = ", which this page does not show," if note.hidden else ""
    parts = html.escape(note.text).split("`")
    text = "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
    return f"{where}{hidden} {text}."


def facts(run: Run) -> str:
    """Return what a run ran on, in one line."""
    packages = [f"{name} {version}" for name, version in run.versions.items()]
    parts = [
        f"{html.escape(where(run))}, {run.total_seconds:.1f} s",
        f"Python {run.python}",
        *packages,
    ]
    if run.gpu:
        parts[1:1] = [memory(run.gpu), html.escape(software(run.gpu))]
    return " · ".join([*parts, run.day])


def addresses_of(evidence: Evidence) -> dict[tuple[Update, ...], str]:
    """Return where on the page each program with struck-out lines is."""
    programs = dict.fromkeys(verdict.switched_off for verdict in evidence.verdicts)
    return {struck: f"{STRUCK}-{i}" if i else STRUCK for i, struck in enumerate(programs)}


def claim_block(verdict: Verdict, address: str) -> str:
    """Return what was measured for a claim, beside its picture."""
    words = _words(verdict, _how(verdict, address, None))
    return f'<div class="evidence-claim">\n{words}\n{picture(verdict)}\n</div>'


def _reached(verdict: Verdict) -> str:
    """Return a claim with its number and its goal."""
    claim = verdict.claim
    value = shown(verdict.published.value or 0.0, claim.goal)
    says = html.escape(claim.says.rstrip("."))
    return f"{says}: <b>{value}</b> (goal: {html.escape(goal_in_words(claim.goal))})"


def _words(verdict: Verdict, how: str) -> str:
    """Return all that is known of a claim; `how` says what its control struck out."""
    claim = verdict.claim
    sentences = [f"{_reached(verdict)}.", *_sentences(verdict, how)]
    metric = f"Measured as <code>{html.escape(claim.metric)}</code>"
    if isinstance(verdict.curve, Curve) and claim.curve:
        metric += f", during training as <code>{html.escape(claim.curve)}</code>"
    return f'<div><p>{" ".join(sentences)}</p><p class="evidence-facts">{metric}</p></div>'


def picture(verdict: Verdict) -> str:
    """Return a verdict's learning curve with all runs, or the runs alone, as SVG."""
    curve = verdict.curve
    return curve_plot(verdict, curve) if isinstance(curve, Curve) else strip_plot(verdict)


def _sentences(verdict: Verdict, how: str) -> Iterator[str]:
    """Yield what the controls and the other starts showed, in words that claim no more."""
    claim = verdict.claim
    off = f"{OFF}{how}, the same program ends at"
    yield f"{off} {ends_of(verdict.off, verdict)}{_stopped(verdict.off)}."
    if claim.tally:
        names = listed(f"<code>{html.escape(name)}</code>" for name in claim.tally)
        yield f"It learns by counting: {names}."
    if verdict.shuffled:
        yield (
            f"Trained on <code>{html.escape(claim.shuffle)}</code> in a mixed order, it ends at "
            f"{ends_of(verdict.shuffled, verdict)}."
        )
    baseline = verdict.baseline
    if baseline:
        name = f"Without a network, <code>{html.escape(baseline.name)}</code>"
        if baseline.measured:
            name = f"{baseline.name[0].upper()}{baseline.name[1:]} alone"
        value = shown(baseline.value, claim.goal)
        yield f"{name} reaches <b>{value}</b>."
    yield starts(verdict)


def starts(verdict: Verdict) -> str:
    """Return how many other random starts reach the goal, and what follows from that."""
    passing, trials = verdict.passing, len(verdict.seeds)
    if verdict.deterministic:
        return "The program is deterministic: it draws no random number, so it has no other start."
    least = f"{100 * verdict.at_least:.0f}{NO_BREAK}%"
    share = (
        f"so with {100 * CONFIDENCE:.0f}{NO_BREAK}% confidence at least {least} of all starts do"
    )
    if verdict.claim.expect is not None:
        expected = f"{verdict.claim.expect} of {trials}"
        return (
            f"{passing} of {trials} other random starts reach the goal, {share}; "
            f"the author expects {expected}."
        )
    return f"{passing} of {trials} other random starts reach the goal, {share}."


def ends_of(trials: Sequence[Trial], verdict: Verdict) -> str:
    """Return where runs ended, and how many they are, as HTML."""
    ends = range_of(trials, verdict)
    return f"<b>{ends}</b> {in_runs(ends, len(trials))}"


def range_of(trials: Iterable[Trial], verdict: Verdict) -> str:
    """Return the values of runs as one number, or as the smallest and the largest."""
    values = [trial.value for trial in trials if trial.value is not None]
    return number_range(values, verdict.claim.goal)


def _stopped(trials: Sequence[Trial]) -> str:
    if not any(trial.trace.stopped for trial in trials):
        return ""
    return ", where it was stopped after twice as many updates as the published run"


def _how(verdict: Verdict, address: str, program: Program | None) -> str:
    """Return what was done to the program, such as `, lines 10 and 11 struck out`."""
    struck = [update for update in verdict.switched_off if update.cell]
    lines = [update for update in struck if update.how in {"freeze", "step"}]
    gradients = [update for update in struck if update.how == "backward"]
    parts = []
    if lines:
        parts.append(f"{_lines(lines, address, program)} struck out")
    if gradients:
        parts.append(f"the gradients of {_lines(gradients, address, program)} set to zero")
    parts += [
        f"<code>{html.escape(name)}</code> set to {readable(f'{value:g}')}"
        for name, value in verdict.claim.constants
    ]
    return "".join(f", {part}" for part in parts)


def _lines(updates: Sequence[Update], address: str, program: Program | None) -> str:
    """Name the lines of updates, and link to them."""
    text = lines_in_words([(update.cell, update.line) for update in updates], program)
    return f'<a href="#{address}">{text}</a>'
