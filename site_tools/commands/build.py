"""`elevenlines build`: run, stage, render, and only then replace `site/`; if anything changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from site_tools.commands.printing import count
from site_tools.commands.run import run_posts
from site_tools.model.errors import BadProject
from site_tools.project import Project, Reading, read_posts
from site_tools.publishing import build_fingerprint
from site_tools.publishing.staging import tree, write
from site_tools.running.session import Options, Outcome

_MKDOCS = "import sys; sys.modules['rfc3987_syntax'] = None; from mkdocs.__main__ import cli; cli()"
"""MkDocs, without a second of imports that `cli.main` keeps away from us as well."""

_FRESH = "site.new-"
"""Starts the name of the folder that a build renders into; its process number ends it, because
the renderer of a killed build may still be writing."""


def build(project: Project, options: Options, *, drafts: bool) -> int:
    """Build the site; return 1, and leave the last one as it was, when a post is wrong.

    A site that would come out the same is left alone, unless the author wants to read more of it.
    """
    sources = _sources(project, drafts=drafts)
    last = build_fingerprint.load(project.receipt)
    if last and last.sources == sources and last.left == _left(project) and not options.verbose:
        print(f"Nothing has changed: site/ holds {count(last.posts, 'post')}.")
        return 0
    reading = read_posts(project)
    outcome = run_posts(project, _without_drafts(reading, drafts=drafts), options)
    if outcome.problems:
        print("Nothing was published; the site is as it was.", file=sys.stderr)
        return 1
    if not outcome.judged:
        raise BadProject("posts/: every post is a draft. `--drafts` publishes them as well.")
    with _alone(project):
        _stage(project, outcome)
        _publish(project, outcome)
        if sources and sources == _sources(project, drafts=drafts):  # nobody wrote meanwhile
            with suppress(OSError):  # without a receipt, the next build takes longer
                note = build_fingerprint.Receipt(sources, _left(project), len(outcome.judged))
                build_fingerprint.save(project.receipt, note)
    print(f"site/ holds {count(len(outcome.judged), 'post')}.")
    return 0


def _sources(project: Project, *, drafts: bool) -> str:
    """Return a digest of what the site is made of; nothing if a file cannot be read."""
    try:
        return build_fingerprint.sources(project.root, drafts=drafts)
    except OSError:  # whoever needs that file says so
        return ""


def _left(project: Project) -> str:
    return build_fingerprint.left([project.staged, project.site])


def _without_drafts(reading: Reading, *, drafts: bool) -> Reading:
    if drafts:
        return reading
    kept = tuple(post for post in reading.posts if not post.draft)
    hidden = {post.file for post in reading.posts if post.draft}
    problems = tuple(p for p in reading.problems if p.post not in hidden)
    return Reading(kept, problems)


@contextmanager
def _alone(project: Project) -> Iterator[None]:
    """Hold the lock that one build at a time has while it writes."""
    path = project.root / ".elevenlines" / "build.lock"
    lock = FileLock(path)
    try:
        path.parent.mkdir(exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print("Another build is writing the site; waiting for it.", file=sys.stderr)
            lock.acquire()
    except OSError as error:
        raise _unwritable(".elevenlines", error) from error
    try:
        yield
    finally:
        lock.release()


def _stage(project: Project, outcome: Outcome) -> None:
    try:
        staged = tree(
            outcome.judged,
            project.root,
            settings=project.settings,
            authors=project.authors,
            licence=project.licence,
        )
        write(staged, project.staged)
    except OSError as error:
        raise _unwritable("build", error) from error


def _publish(project: Project, outcome: Outcome) -> None:
    """Render into a new folder, then put it in the old one's place."""
    site = project.site
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        thing = "link" if site.is_symlink() else "file"
        raise BadProject(f"site: a {thing} stands where the site belongs. Move it away.")
    newest = max(result.post.date for result in outcome.judged)
    folder = project.root / "build"
    fresh, last = folder / f"{_FRESH}{os.getpid()}", folder / "site.old"
    try:
        _recover(site, last)
        fresh.mkdir()
        files = {f"posts/posts/{r.post.slug}.md": r.post.file for r in outcome.judged}
        _render(project, fresh, newest, files)
        if site.exists():
            site.rename(last)
        fresh.rename(site)
    except OSError as error:
        _recover(site, last)
        raise _unwritable("site", error) from error
    shutil.rmtree(last, ignore_errors=True)


def _recover(site: Path, last: Path) -> None:
    """Clear away what a build left that was stopped, and bring the last good site back."""
    if last.exists() and not site.exists():
        last.rename(site)
    for rest in (last, *last.parent.glob(f"{_FRESH}*")):
        shutil.rmtree(rest, ignore_errors=True)


def _render(project: Project, target: Path, day: date, files: Mapping[str, str]) -> None:
    """Render the staged tree with MkDocs, whose warnings are errors and whose clock is a day.

    `files` names the author's file for each staged page.
    """
    epoch = max(0, int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))
    command = [sys.executable, "-c", _MKDOCS, "build", "--strict"]
    command += ["--config-file", str(project.root / "mkdocs.yml"), "--site-dir", str(target)]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=project.root,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "NO_MKDOCS_2_WARNING": "1"},
    )
    if done.returncode:
        text = done.stderr + done.stdout
        for staged, file in files.items():
            text = text.replace(staged, file)
        lines = [line for line in text.splitlines() if line and not line.startswith("INFO")]
        crashed = any(line.startswith("Traceback") for line in lines)
        said = "\n".join(lines[-1:] if crashed else lines)
        raise BadProject(f"mkdocs.yml: MkDocs refused the site, which is as it was.\n{said}")


def _unwritable(folder: str, error: OSError) -> BadProject:
    return BadProject(
        f"{folder}/: cannot be written: {error.strerror or error}. "
        "The last site is as it was. Free some space or fix the permissions."
    )
