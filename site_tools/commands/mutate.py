"""`elevenlines mutate`: change one line at a time, and list what no claim notices."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from site_tools.commands.printing import print_command
from site_tools.commands.run import Printer, run_posts
from site_tools.evidence.variant_evidence import IN_WORDS, Tried, VariantEvidence
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.variant_plan import VariantPlan
from site_tools.model.errors import BadProject, BadUsage
from site_tools.model.goals import show
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
    with _aside(as_json=as_json):
        outcome = run_posts(project, select(project, read_posts(project), names), options)
    accepted = [
        one.post
        for one in outcome.posts
        if one.evidence
        and one.post.claims
        and one.post.has_variants
        and all(v.accepted for v in one.evidence.verdicts)
    ]
    plans = [
        VariantPlan(
            experiment,
            ExperimentState.load(experiment, project.store).runs,
            None if everything else times,
        )
        for experiment in project.experiments(accepted, ["cpu"])
    ]
    printer = Printer(verbose=False, to_publish=False)
    session = VariantSession(project.store, project.history, options, printer)
    results = list(zip(plans, session.run(plans), strict=True))
    if as_json:
        found = {plan.post.slug: _values(plan.post, evidence) for plan, (evidence, _) in results}
        print_command(json.dumps(found, indent=2, ensure_ascii=True))
    else:
        for plan, (evidence, executed) in results:
            print("\n  ".join(_lines(plan, evidence, executed)))
    problems = [problem for problem in outcome.problems if not problem.for_readers]
    return 1 if problems else 0


@contextmanager
def _aside(*, as_json: bool) -> Iterator[None]:
    """Print to standard error what is no part of the answer."""
    stream = sys.stdout
    if as_json:
        sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = stream


def _lines(plan: VariantPlan, evidence: VariantEvidence, executed: Sequence[Run]) -> Iterator[str]:
    post = plan.post
    yield f"{post.file}: {_summary(evidence)}"
    for one in sorted(evidence.tried, key=lambda one: (one.place, one.variant.rank)):
        place = post.place_in_code(*one.place)
        yield f"{place}: {one.variant.title}: {described(post, one)}"
    seconds = sum(run.total_seconds for run in executed)
    own = sum(run.total_seconds for run in plan.runs.values())
    yield (
        f"{count(len(executed), 'run')} in {seconds:,.0f} s; "
        f"the evidence took {count(len(plan.runs), 'run')} and {own:,.0f} s."
    )


def _summary(evidence: VariantEvidence) -> str:
    tried, effective = len(evidence.tried), len(evidence.effective)
    of = f"{tried:,} of {count(evidence.total, 'variant')} tried"
    if not effective:
        return f"{of}, none of which changes a number."
    share = f"{100 * evidence.noticed / effective:.0f} %"
    return f"{of}; mutation score {share}: claims notice {evidence.noticed:,} of {effective:,}."


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
        "noticed": evidence.noticed,
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
