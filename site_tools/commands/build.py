"""`elevenlines build`: run, stage, render, and only then replace `site/`; if anything changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from site_tools.commands.check import docs_problems_of, problems_of
from site_tools.commands.run import Printer, run_posts
from site_tools.commands.variant_plans import progress, summary, variant_plans
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.experiment.variant_plan import VariantPlan, load
from site_tools.model.errors import BadProject, Problem, as_warning
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.pages.reading_order import Step
from site_tools.project import Project, Reading, read_posts
from site_tools.publishing import build_fingerprint
from site_tools.publishing.kept_docs import KeptDocs
from site_tools.publishing.kept_posts import PAGES, KeptPosts, PostKeys
from site_tools.publishing.render import prepare, render
from site_tools.publishing.site import Site, Tree, site_of
from site_tools.publishing.staged_post import post_files, post_page
from site_tools.publishing.staging import tree, write
from site_tools.publishing.swap import LAST, build_lock, not_writable, recover, replace_site
from site_tools.running.options import Options
from site_tools.running.outcome import Outcome
from site_tools.running.variant_session import VariantSession


def build(project: Project, options: Options, *, drafts: bool, variants: int = 0) -> int:
    """Build the site; return 1, and keep the last one, when a post has a problem.

    `variants` is how many runs of changed programs are made for each run of the evidence.

    A site that would not change is not built again, unless the author asked for verbose output.
    """
    sources = _sources(project, drafts=drafts, variants=variants)
    last = build_fingerprint.load(project.receipt)
    if last and _is_current(last, project, sources) and not options.verbose:
        print(f"Nothing has changed: site/ holds {count(last.posts, 'post')}.")
        return 0
    if (project.root / "build" / LAST).exists():  # a build was killed while it replaced the site
        with _lock(project):
            recover(project.site, project.root / "build")
    if unfit := project.unfit:
        raise BadProject("\n".join(map(str, unfit)))
    reading = read_posts(project)
    options = replace(options, variants=project.settings.options.variants or 0)
    published = _without_drafts(reading, drafts=drafts)
    if problems := docs_problems_of(project, published.posts, reading):
        raise BadProject("\n".join(map(str, problems)))
    prepare()
    outcome = run_posts(project, published, options, to_publish=True)
    if outcome.problems:
        print("Nothing was published; the last site is unchanged.", file=sys.stderr)
        return 1
    for warning in _of_drafts(project, reading, published):
        print(as_warning(warning), file=sys.stderr)
    outcome = _with_variants(project, outcome, options, variants)
    if options.allow_missing and any(judged.is_missing for judged in outcome.judged):
        print(
            "Without --allow-missing, these posts keep the site from being built.", file=sys.stderr
        )
    if not outcome.judged:
        raise BadProject("posts/: every post is a draft. `--drafts` publishes them as well.")
    with _lock(project):
        recover(project.site, project.root / "build")
        _stage(project, outcome)
        _render(project, outcome)
        is_whole = not any(judged.is_missing for judged in outcome.judged)
        if (
            is_whole and sources and sources == _sources(project, drafts=drafts, variants=variants)
        ):  # unchanged
            with suppress(OSError):  # without a fingerprint, the next build only takes longer
                posts, stored = len(outcome.judged), _stored(project)
                note = build_fingerprint.Receipt(sources, _left(project), posts, stored)
                build_fingerprint.save(project.receipt, note)
    print(f"site/ holds {count(len(outcome.judged), 'post')}.")
    return 0


def _with_variants(project: Project, outcome: Outcome, options: Options, times: int) -> Outcome:
    """Return the outcome with what sweeps and variants show; make those of their runs that lack.

    Where `mutate` has made more runs of variants, they are shown.
    """
    lacking = replace(outcome, posts=tuple(one for one in outcome.posts if not one.variants))
    plans = variant_plans(project, lacking, times if project.settings.options.variants else 0)
    printer = Printer(verbose=False, to_publish=True)

    def ended(plan: VariantPlan, evidence: VariantEvidence, executed: Sequence[Run]) -> None:
        if executed and evidence.tried:
            with printer.aside():
                print(f"{plan.post.file}: {summary(evidence)}", flush=True)

    session = VariantSession(
        project.store, project.history, options, printer, on_run=progress, on_post=ended
    )
    made = zip(plans, session.run(plans), strict=True)
    found: dict[str, VariantEvidence | None] = {}
    for plan, evidence in made:
        few = None if times else load(replace(plan, times=FEW_VARIANTS), project.store)
        found[plan.post.file] = few or (evidence if plan.first else None)
    posts = (
        replace(one, variants=one.variants or found.get(one.post.file)) for one in outcome.posts
    )
    return replace(outcome, posts=tuple(posts))


FEW_VARIANTS = 1
"""Runs of variants for each run of the evidence that `make site` has made."""


def _sources(project: Project, *, drafts: bool, variants: int) -> str:
    """Return a digest of all sources of the site; empty when a file cannot be read.

    The runs of variants that are wanted count among them.
    """
    try:
        return f"{build_fingerprint.sources(project.root, drafts=drafts)} {variants}"
    except OSError:  # reported by the step that needs the file
        return ""


def _is_current(last: build_fingerprint.Receipt, project: Project, sources: str) -> bool:
    """Return whether a build would write what the last one has written."""
    same = last.sources == sources and last.left == _left(project)
    return same and last.stored == _stored(project)


def _stored(project: Project) -> str:
    return build_fingerprint.left([project.store.folder])


def _left(project: Project) -> str:
    return build_fingerprint.left([project.staged, project.site, project.store.folder])


def _without_drafts(reading: Reading, *, drafts: bool) -> Reading:
    if drafts:
        return reading
    kept = tuple(post for post in reading.posts if not post.draft)
    hidden = {post.file for post in reading.posts if post.draft} | reading.unread_drafts
    problems = tuple(p for p in reading.problems if p.post not in hidden)
    return Reading(kept, problems)


def _of_drafts(project: Project, reading: Reading, published: Reading) -> Iterator[Problem]:
    """Yield for each draft that could not be published the first reason, which stops nothing."""
    for file in sorted(set(reading.files) - set(published.files)):
        found = sorted(problems_of(project, reading.of([file])))
        if found:
            what = f"this draft could not be published: {found[0].what}"
            remedy = f"`elevenlines check {Path(file).stem}` says what to do."
            yield Problem(found[0].place, what, remedy)


def _lock(project: Project) -> AbstractContextManager[None]:
    return build_lock(project.root / ".elevenlines" / "build.lock", on_wait=_report_wait)


def _report_wait() -> None:
    print("Another build is writing the site; waiting for it.", file=sys.stderr)


def _stage(project: Project, outcome: Outcome) -> None:
    try:
        site = site_of(
            outcome.judged,
            project.root,
            settings=project.settings,
            authors=project.authors,
            licence=project.licence,
        )
        folder, keys = project.root / ".elevenlines", PostKeys()
        pages, files = KeptPosts(folder / PAGES, keys), KeptPosts(folder / "staged", keys)
        docs = KeptDocs(folder / "docs", site, keys)

        def make(step: Step, site: Site) -> Tree:
            page = pages.files(step, site, post_page)
            return page | files.files(step, site, post_files)

        staged = tree(site, make, docs.made)
        for kept in (pages, files, docs):
            kept.prune()
        write(staged, project.staged)
    except OSError as error:
        raise not_writable("build", error) from error


def _render(project: Project, outcome: Outcome) -> None:
    posts = [result.post for result in outcome.judged]
    newest = max(post.date for post in posts)
    files = {f"posts/posts/{post.slug}.md": post.file for post in posts}
    files |= {f"runs/{post.slug}.ipynb": post.file for post in posts}
    into = partial(render, project.root, day=newest, files=files)
    replace_site(project.site, project.root / "build", into)
