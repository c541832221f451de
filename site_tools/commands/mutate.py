"""`elevenlines mutate`: change one line at a time, and list what no claim notices."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, redirect_stdout

from site_tools.commands.printing import print_command
from site_tools.commands.run import Printer, run_posts
from site_tools.commands.variant_plans import progress, summary, variant_plans
from site_tools.evidence.variant_evidence import Tried, VariantEvidence
from site_tools.evidence.variant_outcome import IN_WORDS
from site_tools.experiment.variant_plan import VariantPlan
from site_tools.model.errors import BadProject, BadUsage
from site_tools.model.goals import holds, show
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count, listed
from site_tools.project import Project, read_posts, select
from site_tools.running.options import Options
from site_tools.running.variant_session import VariantSession


def mutate(
    project: Project, names: Sequence[str], options: Options, *, everything: bool, as_json: bool
) -> int:
    """Run the variants of the named posts, or of all; return 1 when a post has a problem."""
    times = project.settings.options.variants
    if times is None and not everything:
        what = "mkdocs.yml: the plugin's setting `variants` is off."
        raise BadProject(f"{what} Remove it, or give `--all`.")
    if options.engine == "dask":
        raise BadUsage("`mutate` runs on this machine: leave `--engine dask` out.")
    with redirect_stdout(sys.stderr) if as_json else nullcontext():  # no part of the answer
        outcome = run_posts(project, select(project, read_posts(project), names), options)
    plans = variant_plans(project, outcome, None if everything else times)
    printer = Printer(verbose=False, to_publish=False)
    found: dict[str, dict[str, object]] = {}

    def ended(plan: VariantPlan, evidence: VariantEvidence, executed: Sequence[Run]) -> None:
        if as_json:
            found[plan.post.slug] = _values(plan.post, evidence)
            return
        with printer.aside():
            print("\n  ".join(_lines(plan, evidence, executed)), flush=True)

    VariantSession(
        project.store, project.history, options, printer, on_run=progress, on_post=ended
    ).run(plans)
    if as_json:
        inorder = {plan.post.slug: found[plan.post.slug] for plan in plans}
        print_command(json.dumps(inorder, indent=2, ensure_ascii=True))
    problems = [problem for problem in outcome.problems if not problem.for_readers]
    return 1 if problems else 0


def _lines(plan: VariantPlan, evidence: VariantEvidence, executed: Sequence[Run]) -> Iterator[str]:
    post = plan.post
    yield f"{post.file}: {summary(evidence)}"
    for one in sorted(evidence.tried, key=lambda one: (one.place, one.variant.rank)):
        place = post.place_in_code(*one.place)
        yield f"{place}: {one.variant.title}: {described(post, one)}"
    yield from _sweep_lines(plan, evidence)
    seconds = sum(run.total_seconds for run in executed)
    own = sum(run.total_seconds for run in plan.runs.values())
    yield (
        f"{count(len(executed), 'run')} in {seconds:,.0f} s; "
        f"the evidence took {count(len(plan.runs), 'run')} and {own:,.0f} s."
    )


def _sweep_lines(plan: VariantPlan, evidence: VariantEvidence) -> Iterator[str]:
    """Yield a line for each value of each sweep."""
    post, claim = plan.post, plan.post.claims[0]
    for sweep in evidence.sweeps:
        place = post.place_of(f"vary.{sweep.wish.name}")
        for one in sweep.settings:
            failure = one.runs[0].failure if one.runs else None
            reached = sum(holds(claim.goal, number) for number in one.numbers(claim))
            ends = ", ".join(show(number, claim.goal) for number in one.numbers(claim))
            said = (
                failure.what if failure else f"{reached} of {len(one.runs)} starts reach the goal"
            )
            yield f"{place}: {sweep.wish.name} = {one.value!r}: {ends or 'no number'}; {said}"


def described(post: Post, one: Tried) -> str:
    """Return what became of a variant: its number, and which claims notice it."""
    value = one.values[0]
    number = "" if value is None else f"{show(value, post.claims[0].goal)}, "
    word = IN_WORDS[one.outcome]
    failure = one.runs[0].failure
    if one.outcome == "noticed":
        name = "claim" if len(one.noticed_by) == 1 else "claims"
        return f"{number}{word} by {name} {listed(map(str, one.noticed_by))}"
    if failure:
        return f"{word}: {failure.what}"
    return f"{number}{word}"


def _values(post: Post, evidence: VariantEvidence) -> dict[str, object]:
    """Return the same as JSON."""
    return {
        "tried": len(evidence.tried),
        "total": evidence.total,
        "effective": len(evidence.effective),
        "counted": evidence.counted,
        "noticed": evidence.noticed,
        "sweeps": [
            {
                "name": sweep.wish.name,
                "values": [one.value for one in sweep.settings],
                "numbers": [one.numbers(post.claims[0]) for one in sweep.settings],
            }
            for sweep in evidence.sweeps
        ],
        "variants": [
            {
                "file": post.place_in_code(*one.place).file,
                "line": post.place_in_code(*one.place).line,
                "change": one.variant.title,
                "outcome": one.outcome,
                "values": list(one.values),
                "noticed_by": list(one.noticed_by),
            }
            for one in sorted(evidence.tried, key=lambda one: (one.place, one.variant.rank))
        ],
    }
