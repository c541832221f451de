"""The tables of the page "Put to the test", and its counts, between two comments each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from benchmarks.external.result import Result, cost, right
from benchmarks.external.sources import FAULTY, HEALTHY, Subject
from site_tools.model.goals import parse_goal, show


def write_tables(page: Path, results: Mapping[str, Result], subjects: Sequence[Subject]) -> None:
    """Replace the tables of a page; subjects without a result are left out."""
    text = page.read_text(encoding="utf-8")
    measured = [(one, results[one.name]) for one in subjects if one.name in results]
    measured = [(one, result) for one, result in measured if result.verdict != "not run"]
    tables = {
        "counts": _counts(measured, subjects),
        "programs": _programs(measured),
        "faults": _faults(measured),
        "kinds": _kinds(measured),
    }
    for name, lines in tables.items():
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, after = text.split(start)[0], text.split(end)[1]
        text = before + "\n".join([start, "", *lines, "", end]) + after
    page.write_text(text, encoding="utf-8")


def _counts(
    measured: Sequence[tuple[Subject, Result]], subjects: Sequence[Subject]
) -> Iterator[str]:
    """Yield how many subjects were put to the test, with what result, and what that cost."""
    public = [result for one, result in measured if not one.pair]
    verdicts = Counter(result.verdict for result in public)
    shares = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
    yield f"- {len(public)} of {sum(1 for one in subjects if not one.pair)} programs: {shares}."
    faulty = [result for one, result in measured if one.kind == FAULTY]
    twins = [result for one, result in measured if one.pair and one.kind == HEALTHY]
    pairs = sum(1 for one in subjects if one.kind == FAULTY)
    refused = f"{sum(map(right, faulty))} of {len(faulty)} faulty programs refused"
    accepted = f"{sum(map(right, twins))} of {len(twins)} without the fault accepted or too close"
    yield f"- {len(faulty)} of {pairs} pairs: {refused}, {accepted}."
    timed = [result for _, result in measured if result.plain_cpu and result.proof_cpu]
    if share := cost(timed):
        words = "times the processor time of its program times its runs"
        yield f"- A proof takes {share:.2f} {words}, measured with {len(timed)} programs."


def _kinds(measured: Sequence[tuple[Subject, Result]]) -> list[str]:
    faulty = [(one, result) for one, result in measured if one.kind == FAULTY]
    names = dict.fromkeys(kind for one, _ in faulty for kind in one.kinds)
    found = {name: [right(result) for one, result in faulty if name in one.kinds] for name in names}
    lines = ["| what the fault is about | pairs | refused |", "|---|---|---|"]
    by_number = sorted(found.items(), key=lambda item: -len(item[1]))
    return lines + [f"| {name} | {len(ends)} | {sum(ends)} |" for name, ends in by_number]


def _programs(measured: Sequence[tuple[Subject, Result]]) -> list[str]:
    lines = [
        "| program | verdict | claim | as it is, and 8 other starts | learning off | changed |",
        "|---|---|---|---|---|---|",
    ]
    for subject, result in measured:
        if not subject.pair:
            link = f"{_link(subject, subject.name)}, {subject.repository}"
            cells = [link, *_numbers(subject, result), subject.changes]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _link(subject: Subject, words: str) -> str:
    address = f"https://github.com/{subject.repository}/blob/{subject.commit}/"
    return f"[{words}]({address}{quote(subject.path)})"


def _numbers(subject: Subject, result: Result) -> list[str]:
    claim = f"`{subject.metric} {subject.goal}`".replace("`result ", "`")
    trained = span((result.published, *result.seeds), subject.goal)
    return [result.verdict, claim, trained, span(result.off, subject.goal)]


def _faults(measured: Sequence[tuple[Subject, Result]]) -> list[str]:
    healthy = {one.pair: result for one, result in measured if one.kind == HEALTHY}
    lines = [
        "| fault | verdict | goal | without the fault | with it | learning off | from |",
        "|---|---|---|---|---|---|---|",
    ]
    for subject, result in measured:
        if subject.kind != FAULTY or subject.pair not in healthy:
            continue
        source, _, fault = subject.origin.partition(": ")
        if subject.repository:
            fault, source = _link(subject, fault), f"{source}; changed: {subject.changes}"
        twin = healthy[subject.pair]
        trained = span((result.published, *result.seeds), subject.goal)
        verdict = result.verdict if right(result) else f"**{result.verdict}**"
        cells = [fault, verdict, f"`{subject.metric} {subject.goal}`"]
        cells += [span((twin.published, *twin.seeds), subject.goal), trained]
        cells += [span(twin.off, subject.goal), source]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def span(values: Sequence[float | None], goal: str) -> str:
    """Return the smallest and the largest of some numbers, as a report shows them."""
    known = [value for value in values if value is not None]
    if not known:
        return "no number"
    shown = [show(value, parse_goal(goal)) for value in (min(known), max(known))]
    return " … ".join(dict.fromkeys(shown))
