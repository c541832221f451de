"""Lists of the published posts in the pages of `docs/`: each list replaces its mark."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from itertools import groupby

from site_tools.evidence.plain_control import PlainControl, plain_controls
from site_tools.evidence.verdict import Verdict
from site_tools.model.goals import in_words, show
from site_tools.model.post import Post
from site_tools.model.text import count, listed
from site_tools.pages.evidence_card import MINUS, facts, picture, range_of, starts
from site_tools.pages.reading_order import Step, in_hours, time_for, total
from site_tools.posts.markdown_text import escape, link_to
from site_tools.posts.recall_prompts import prompts_of

ALL_PROMPTS = "all-posts.apkg"
"""The staged deck with the recall prompts of every post."""

_NEXT = 6
"""How many steps the front page names after the first."""


def fill(text: str, steps: Sequence[Step], base: str) -> str:
    """Replace the marks in a page of `docs/`; `base` leads from it to the staged folder."""
    for mark, listing in _MARKS.items():
        if mark in text:
            text = text.replace(mark, listing(steps, base))
    return text


def _path(steps: Sequence[Step], base: str) -> str:
    """Return every step, under a heading wherever the category changes."""
    stretches = [list(group) for _, group in groupby(steps, key=_category)]
    blocks = [f"**{total([step.post for step in steps])}.**"]
    if any(prompts_of(step.post) for step in steps):
        deck = f"[a deck for Anki]({base}{ALL_PROMPTS})"
        blocks.append(f"The questions of all posts, as flashcards to remember them by: {deck}.")
    for stretch in stretches:
        blocks.append(f"## {escape(_category(stretch[0]))}")
        if len(stretches) > 1:
            blocks.append(f"{total([step.post for step in stretch])}.")
        blocks.append(f'<ol class="path" start="{stretch[0].number}" markdown="1">')
        blocks += [_step(step, base) for step in stretch]
        blocks.append("</ol>")
    return "\n\n".join(blocks)


def _category(step: Step) -> str:
    return step.post.categories[0] if step.post.categories else "Other posts"


def _step(step: Step, base: str) -> str:
    around = {"Builds on": step.before, "Leads to": step.after}
    links = [f"{word} {_links(others, base)}." for word, others in around.items() if others]
    lines = [time_for([step.post]), *links]
    return "\n\n".join(
        [
            f'<li markdown="block">\n\n**{_links([step.post], base)}**',
            escape(step.post.description),
            _quiet("<br>\n".join(lines)),
            "</li>",
        ]
    )


def _quiet(text: str) -> str:
    """Return facts as a line below their subject."""
    return f'<p class="quiet" markdown="span">{text}</p>'


def _links(others: Sequence[Post], base: str) -> str:
    return ", ".join(link_to(other, f"{base}posts/posts/") for other in others)


def _first_step(steps: Sequence[Step], base: str) -> str:
    """Return the step to begin with, and the experiment behind its first claim."""
    step = steps[0]
    blocks = [
        f"### {_links([step.post], base)}",
        escape(step.post.description),
        _quiet(time_for([step.post])),
    ]
    if step.item.evidence.verdicts:
        blocks.append(_proof(step.item.evidence.verdicts[0]))
        numbers = f"[all numbers]({base}posts/{step.post.slug}/evidence.json)"
        blocks.append(_quiet(f"{facts(step.item.run)} · {numbers}"))
    return "\n\n".join(blocks)


def _proof(verdict: Verdict) -> str:
    claim = verdict.claim
    value = show(verdict.published.value or 0.0, claim.goal)
    sentences = [
        f"{html.escape(claim.says.rstrip('.'))}: <b>{value}</b>",
        f"(goal: {html.escape(in_words(claim.goal))}).",
        "With learning switched off, the same program ends at",
        f"<b>{range_of(verdict.off, verdict)}</b>.",
        starts(verdict),
    ]
    text = f"<p>{' '.join(sentences)}</p>"
    return f'<div class="proof">\n{text}\n{picture(verdict)}\n</div>'


def _next_steps(steps: Sequence[Step], base: str) -> str:
    """Return the titles of the steps after the first, and how long the whole path takes."""
    named = [
        f'<li markdown="span">{_links([post], base)} · {in_hours(post.read_minutes)}</li>'
        for post in [step.post for step in steps[1 : 1 + _NEXT]]
    ]
    blocks = ['<ol start="2" markdown="1">', *named, "</ol>"] if named else []
    sums = f"[The whole path]({base}path.md): {total([step.post for step in steps])}."
    return "\n".join([*blocks, "", sums])


def _runs(steps: Sequence[Step], _base: str) -> str:
    """Return how many runs and claims all posts have together, in words."""
    tested = [step.item.evidence for step in steps if step.post.claims]
    claims = sum(len(evidence.verdicts) for evidence in tested)
    runs = sum(1 + len(evidence.conditions) for evidence in tested)
    return f"{count(runs, 'run')} stand behind {count(claims, 'claim')}"


def _evidence(steps: Sequence[Step], base: str) -> str:
    return "\n\n".join(_claims(step, base) for step in steps)


def _claims(step: Step, base: str) -> str:
    """Return a post's claims and how each fared."""
    post, evidence = step.post, step.item.evidence
    numbers = f"[all numbers]({base}posts/{post.slug}/evidence.json)"
    lines = [
        f"## {_links([post], base)}",
        _quiet(f"{facts(step.item.run)} · {numbers}"),
    ]
    if post.no_learning:
        lines.append(f"Trains nothing: {escape(post.no_learning)}")
    else:
        rows = [_row(verdict) for verdict in evidence.verdicts]
        head = ["| claim | trained | goal | learning off | verdict |", "|---|---|---|---|---|"]
        lines += ['<div class="claims" markdown="1">', "\n".join([*head, *rows]), "</div>"]
        controls = plain_controls(post, evidence)
        lines += [_quiet(_plain_source(post, control, base)) for control in controls]
    return "\n\n".join(lines)


def _plain_source(post: Post, control: PlainControl, base: str) -> str:
    """Return where the post's program without its learning is, and where it ends."""
    if not control.program:
        return f"Not written as plain source: {escape(control.reason)}."
    name = control.file(post)
    link = f'[{name}]({base}posts/{post.slug}/{name}){{ download="{name}" }}'
    ends = listed(show(value, v.claim.goal).replace("-", MINUS) for v, value in control.ends)
    return f"Learning struck out of the text: {link}, which must end at {ends}."


def _row(verdict: Verdict) -> str:
    claim = verdict.claim
    cells = [
        escape(claim.says),
        show(verdict.published.value or 0.0, claim.goal),
        in_words(claim.goal),
        range_of(verdict.off, verdict),
        f"{verdict.ruling.capitalize()}. {starts(verdict)}",
    ]
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


_MARKS: dict[str, Callable[[Sequence[Step], str], str]] = {
    "<!-- path -->": _path,
    "<!-- first-step -->": _first_step,
    "<!-- next-steps -->": _next_steps,
    "<!-- runs -->": _runs,
    "<!-- evidence -->": _evidence,
}
