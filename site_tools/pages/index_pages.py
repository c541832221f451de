"""Lists of the published posts in the pages of `docs/`: each list replaces its mark."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from itertools import groupby

from site_tools.evidence.plain_control import PlainControl, plain_controls
from site_tools.evidence.verdict import Verdict
from site_tools.model.post import Post
from site_tools.model.text import count, in_runs, listed
from site_tools.pages.evidence_card import OFF, ends_of, facts, picture, range_of, starts
from site_tools.pages.number_text import goal_in_words, shown
from site_tools.pages.post_frame import link_to
from site_tools.pages.reading_order import Step, in_hours, time_for, total
from site_tools.pages.study_plan import hours_of, plans
from site_tools.posts.prose_html import Block, Heading, plain_html
from site_tools.posts.recall_prompts import prompts_of

ALL_PROMPTS = "all-posts.apkg"
"""The staged deck with the recall prompts of every post."""

_NEXT = 6
"""How many steps the front page names after the first."""


def lists_posts(text: str) -> bool:
    """Return whether a page has a mark that a list of the posts, or their number, replaces."""
    lines = [line.strip() for line in text.split("\n")]
    return _RUNS in text or any(line in _MARKS or hours_of(line) for line in lines)


def in_words_of(text: str, steps: Sequence[Step]) -> str:
    """Return the text of a page in which the marks inside of lines are replaced."""
    return text.replace(_RUNS, _runs(steps)) if _RUNS in text else text


def listing(block: Block, steps: Sequence[Step], base: str) -> list[Block]:
    """Return the list that a block of a page asks for, or the block itself.

    `base` leads from the page to the front page.
    """
    if isinstance(block, str) and (hours := hours_of(block)):
        return list(plans(steps, hours, base))
    made = _MARKS.get(block.strip()) if isinstance(block, str) else None
    return made(steps, base) if made else [block]


def _path(steps: Sequence[Step], base: str) -> list[Block]:
    """Return every step, under a heading wherever the category changes."""
    stretches = [list(group) for _, group in groupby(steps, key=_category)]
    blocks: list[Block] = [f"<p><strong>{total([step.post for step in steps])}.</strong></p>"]
    if any(prompts_of(step.post) for step in steps):
        deck = f'<a href="{base}{ALL_PROMPTS}">a deck for Anki</a>'
        text = "The questions of all posts, as flashcards to remember them by"
        blocks.append(f"<p>{text}: {deck}.</p>")
    for stretch in stretches:
        blocks.append(Heading(2, plain_html(_category(stretch[0]))))
        if len(stretches) > 1:
            blocks.append(f"<p>{total([step.post for step in stretch])}.</p>")
        items = [_step(step, base) for step in stretch]
        start = f'<ol class="path" start="{stretch[0].number}">'
        blocks.append("\n".join([start, *items, "</ol>"]))
    return blocks


def _category(step: Step) -> str:
    return step.post.categories[0] if step.post.categories else "Other posts"


def _step(step: Step, base: str) -> str:
    around = {"Builds on": step.before, "Leads to": step.after}
    links = [f"{word} {_links(others, base)}." for word, others in around.items() if others]
    lines = [time_for([step.post]), *links]
    return "\n".join(
        [
            f'<li data-post="{step.post.slug}" data-prompts="{len(prompts_of(step.post))}">',
            f"<p><strong>{_links([step.post], base)}</strong></p>",
            f"<p>{plain_html(step.post.description)}</p>",
            _quiet("<br>\n".join(lines)),
            "</li>",
        ]
    )


def _quiet(html: str) -> str:
    """Return facts as a line below their subject."""
    return f'<p class="quiet">{html}</p>'


def _links(others: Sequence[Post], base: str) -> str:
    return ", ".join(link_to(other, f"{base}posts/") for other in others)


def _first_step(steps: Sequence[Step], base: str) -> list[Block]:
    """Return the step to begin with, and the experiment behind its first claim."""
    step = steps[0]
    blocks: list[Block] = [
        Heading(3, _links([step.post], base)),
        f"<p>{plain_html(step.post.description)}</p>",
        _quiet(time_for([step.post])),
    ]
    if step.item.evidence.verdicts:
        blocks.append(_proof(step.item.evidence.verdicts[0]))
        blocks.append(_quiet(f"{facts(step.item.run)} · {_numbers(step.post, base)}"))
    return blocks


def _numbers(post: Post, base: str) -> str:
    return f'<a href="{base}posts/{post.slug}/evidence.json">all numbers</a>'


def _proof(verdict: Verdict) -> str:
    claim = verdict.claim
    value = shown(verdict.published.value or 0.0, claim.goal)
    sentences = [
        f"{html.escape(claim.says.rstrip('.'))}: <b>{value}</b>",
        f"(goal: {html.escape(goal_in_words(claim.goal))}).",
        f"{OFF}, the same program ends at",
        f"{ends_of(verdict.off, verdict)}.",
        starts(verdict),
    ]
    text = f"<p>{' '.join(sentences)}</p>"
    return f'<div class="proof">\n{text}\n{picture(verdict)}\n</div>'


def _next_steps(steps: Sequence[Step], base: str) -> list[Block]:
    """Return the titles of the steps after the first, and how long the whole path takes."""
    named = [
        f"<li>{_links([post], base)} · {in_hours(post.read_minutes)}</li>"
        for post in [step.post for step in steps[1 : 1 + _NEXT]]
    ]
    blocks = ["\n".join(['<ol start="2">', *named, "</ol>"])] if named else []
    link = f'<a href="{base}path/">The whole path</a>'
    return [*blocks, f"<p>{link}: {total([step.post for step in steps])}.</p>"]


def _runs(steps: Sequence[Step]) -> str:
    """Return how many runs and claims all posts have together, in words."""
    tested = [step.item.evidence for step in steps if step.post.claims]
    claims = sum(len(evidence.verdicts) for evidence in tested)
    runs = sum(1 + len(evidence.conditions) for evidence in tested)
    return f"{count(runs, 'run')} stand behind {count(claims, 'claim')}"


def _evidence(steps: Sequence[Step], base: str) -> list[Block]:
    return [block for step in steps for block in _claims(step, base)]


def _claims(step: Step, base: str) -> list[Block]:
    """Return a post's claims and how each fared."""
    post, evidence = step.post, step.item.evidence
    blocks: list[Block] = [
        Heading(2, _links([post], base)),
        _quiet(f"{facts(step.item.run)} · {_numbers(post, base)}"),
    ]
    if post.no_learning:
        return [*blocks, f"<p>Trains nothing: {plain_html(post.no_learning)}</p>"]
    names = ("claim", "trained", "goal", "learning off", "verdict")
    head = "\n".join(f"<th>{name}</th>" for name in names)
    rows = "\n".join(_row(verdict) for verdict in evidence.verdicts)
    table = f"<table>\n<thead>\n<tr>\n{head}\n</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    blocks.append(f'<div class="claims">\n{table}\n</div>')
    controls = plain_controls(post, evidence)
    blocks += [_quiet(_plain_source(post, control, base)) for control in controls]
    variants = step.item.variants
    if variants and variants.counted:
        changes = count(variants.counted, "change")
        text = f"Of {changes} of one line that matter, these claims notice {variants.noticed:,}"
        blocks.append(_quiet(f"{text} ({len(variants.tried):,} of {variants.total:,} tried)."))
    return blocks


def _plain_source(post: Post, control: PlainControl, base: str) -> str:
    """Return where the post's program without its learning is, and where it ends."""
    if not control.program:
        return f"Not written as plain source: {plain_html(control.reason)}."
    name = html.escape(control.file(post))
    link = f'<a download="{name}" href="{base}posts/{post.slug}/{name}">{name}</a>'
    ends = listed(shown(value, v.claim.goal) for v, value in control.ends)
    return (
        f"The program without its learning: {link}. Its one run, from the author's own start, must "
        f"end at {ends}."
    )


def _row(verdict: Verdict) -> str:
    claim, off = verdict.claim, range_of(verdict.off, verdict)
    cells = [
        claim.says,
        shown(verdict.published.value or 0.0, claim.goal),
        goal_in_words(claim.goal),
        f"{off} {in_runs(off, len(verdict.off))}",
        f"{verdict.ruling.capitalize()}. {starts(verdict)}",
    ]
    return "\n".join(["<tr>", *(f"<td>{plain_html(cell)}</td>" for cell in cells), "</tr>"])


_RUNS = "<!-- runs -->"

_MARKS: dict[str, Callable[[Sequence[Step], str], list[Block]]] = {
    "<!-- path -->": _path,
    "<!-- first-step -->": _first_step,
    "<!-- next-steps -->": _next_steps,
    "<!-- evidence -->": _evidence,
}
