"""`elevenlines build`: run, stage, render, and only then replace `site/`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from site_tools.commands.check import count
from site_tools.commands.run import Options, Outcome, run_posts
from site_tools.errors import BadProject
from site_tools.project import Project, Reading, read_posts
from site_tools.stage import Published, tree, write


def build(project: Project, options: Options, *, drafts: bool) -> int:
    """Build the site; return 1, and leave the last one as it was, when a post is wrong."""
    reading = read_posts(project)
    outcome = run_posts(project, _without_drafts(reading, drafts=drafts), options)
    if outcome.problems:
        print("Nothing was published; the site is as it was.", file=sys.stderr)
        return 1
    if not outcome.results:
        raise BadProject("posts/: every post is a draft. `--drafts` publishes them as well.")
    with _alone(project):
        _stage(project, outcome)
        _publish(project, outcome)
    print(f"site/ holds {count(len(outcome.results), 'post')}.")
    return 0


def _without_drafts(reading: Reading, *, drafts: bool) -> Reading:
    if drafts:
        return reading
    kept = tuple(post for post in reading.posts if not post.draft)
    hidden = {post.file for post in reading.posts if post.draft}
    problems = tuple(p for p in reading.problems if p.place.file not in hidden)
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
        raise _unwritable(path.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def _stage(project: Project, outcome: Outcome) -> None:
    ready = [Published(r.post, r.run, r.evidence) for r in outcome.results]
    try:
        write(tree(ready, project.root, project.settings.site_url), project.staged)
    except OSError as error:
        raise _unwritable(project.staged, error) from error


def _publish(project: Project, outcome: Outcome) -> None:
    """Render into a new folder, then put it in the old one's place."""
    newest = max(result.post.date for result in outcome.results)
    epoch = int(datetime(newest.year, newest.month, newest.day, tzinfo=UTC).timestamp())
    site = project.site
    if site.exists() and not site.is_dir():
        raise BadProject(f"{site.name}: a file stands where the site belongs. Move it away.")
    try:
        with tempfile.TemporaryDirectory(dir=project.root / "build") as folder:
            fresh, last = Path(folder) / "site", Path(folder) / "last"
            _render(project, fresh, epoch)
            if site.exists():
                site.rename(last)
            try:
                fresh.rename(site)
            except OSError:
                if last.exists():
                    last.rename(site)
                raise
    except OSError as error:
        raise _unwritable(site, error) from error


def _render(project: Project, target: Path, epoch: int) -> None:
    """Render the staged tree with MkDocs; its warnings are errors."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
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
        said = (done.stderr + done.stdout).replace("posts/posts/", "posts/").strip()
        raise BadProject(f"mkdocs.yml: MkDocs refused the site, which is as it was.\n{said}")
    shutil.copymode(project.root, target)


def _unwritable(path: Path, error: OSError) -> BadProject:
    return BadProject(
        f"{path}: cannot be written: {error.strerror or error}. "
        "The last site is as it was. Free some space or mend the permissions."
    )
