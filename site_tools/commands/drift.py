"""`elevenlines drift`: prove the claims again with newer versions of Python and of packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name
from pydantic import ValidationError

from site_tools.commands.run import results, run_posts
from site_tools.downloads import virtualenvs
from site_tools.evidence.drift import Change, changes, confirmed, report
from site_tools.evidence.proofs import Proof, read_proofs, write_proofs
from site_tools.evidence.run_report import PostResult, RunReport
from site_tools.model.errors import BadProject, BadUsage, nearest
from site_tools.model.post import Post
from site_tools.model.text import count, listed
from site_tools.posts.dependencies import Pins, distributions_of
from site_tools.project import Project, read_posts, select
from site_tools.running.options import Options, workers

_PACKAGE = Path(__file__).parents[1]
_OLDEST = (3, 11)
_NEWEST_TRIED = 99
"""The largest minor version that `--python newest` looks for on the PATH."""

_SOURCES = ("mkdocs.yml", "pyproject.toml", "LICENSE", "posts", "snippets", "docs")
"""What a post is read from; a new constraints.txt is written."""


@dataclass(frozen=True, slots=True)
class Newer:
    """What to run the posts with."""

    python: str = ""
    """A version, such as `3.13`, or an interpreter; empty for the one that runs this."""
    wanted: tuple[str, ...] = ()
    """Requirements such as `numpy==2.5.1`, beside the newest of everything else."""
    kept: tuple[str, ...] = ()
    """Packages that stay at their pinned version."""


def drift(
    project: Project, names: Sequence[str], options: Options, newer: Newer, *, record: bool
) -> int:
    """Run posts with newer versions, twice where something changed; return 1 for an alarm.

    The results with the pinned versions come from the store, or are made first. The report alone
    goes to standard output. With `record`, `drift.json` notes the posts whose claims hold again.
    """
    proofs = read_proofs(project.root)
    kept = _kept(project.pins, newer.kept)
    python = _interpreter(newer.python)
    reading = select(project, read_posts(project), names)
    with redirect_stdout(sys.stderr):
        outcome = run_posts(project, reading, options)
    before = {one.file: one for one in results(outcome).posts if one.sound}
    if not before:
        raise BadProject("posts/: no post is accepted with the pinned versions, so none can drift.")
    folder = project.root / ".elevenlines" / "drift"
    imported = _imported((post for post in reading.posts if post.file in before), project.pins)
    what = listed(["Python", *imported, "what elevenlines needs"])
    print(f"Installing the newest versions: {what}.", file=sys.stderr)
    needed = [*_own_requirements(), *imported, *newer.wanted, *kept]
    newest = virtualenvs.newest(folder / "environment", python, needed)
    copy = _Copy(project.root, folder / "project", newest, options)
    found, after = _compared(copy, before)
    print("\n".join(report(found, _versions(before.values(), after.values()))))
    if record:
        write_proofs(project.root, {**proofs, **_proofs(found, after)})
    return 1 if any(change.is_alarm for change in found) else 0


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy of a project that is run in another environment."""

    project: Path
    folder: Path
    python: Path
    options: Options

    def run(self, files: Iterable[str]) -> dict[str, PostResult]:
        """Run posts with nothing stored; return the results by file.

        Raises BadProject when the other environment cannot run them at all.
        """
        self._make()
        command = [str(self.python), "-m", "site_tools", "run", "--format", "json"]
        command += ["--sandbox", self.options.sandbox, "--jobs", str(workers(self.options))]
        command += ["--engine", self.options.engine] if self.options.engine else []
        if self.options.timeout:
            command += ["--timeout", str(self.options.timeout)]
        done = subprocess.run(
            [*command, *files], cwd=self.folder, check=False, stdout=subprocess.PIPE
        )
        try:
            report = RunReport.model_validate_json(done.stdout)
        except ValidationError:
            what = "the newer versions: posts cannot be run with them; the lines above say why."
            remedy = "Keep the package that is at fault: `--keep NAME`."
            raise BadProject(f"{what} {remedy}") from None
        return {one.file: one for one in report.posts}

    def _make(self) -> None:
        """Copy what posts are read from, and this program into the environment."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name in _SOURCES:
            source = self.project / name
            if source.is_dir():
                shutil.copytree(source, self.folder / name)
            elif source.is_file():
                shutil.copy(source, self.folder / name)
        pins = virtualenvs.installed(self.python)
        lines = [f"{name}=={version}\n" for name, version in sorted(pins.items())]
        (self.folder / "constraints.txt").write_text("".join(lines), encoding="utf-8")
        own = virtualenvs.packages(self.python) / _PACKAGE.name
        no_cache = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_PACKAGE, own, ignore=no_cache, dirs_exist_ok=True)


def _compared(
    copy: _Copy, before: Mapping[str, PostResult]
) -> tuple[list[Change], dict[str, PostResult]]:
    """Run posts with newer versions, and those that changed once more."""
    after = copy.run(before)
    found = {file: changes(before[file], after[file]) for file in before}
    changed = [file for file, own in found.items() if any(one.kind != "holds" for one in own)]
    if changed:
        print(f"{count(len(changed), 'post')} changed; running once more.", file=sys.stderr)
        for file, again in copy.run(changed).items():
            found[file] = confirmed(found[file], changes(before[file], again))
    return [change for own in found.values() for change in own], after


def _proofs(found: Iterable[Change], after: Mapping[str, PostResult]) -> dict[str, Proof]:
    """Return the proofs of the posts that gave no alarm."""
    alarmed = {change.file for change in found if change.is_alarm}
    today = datetime.now(UTC).date()
    return {
        file: Proof(today, one.python, one.packages, one.code)
        for file, one in after.items()
        if file not in alarmed
    }


def _versions(
    before: Iterable[PostResult], after: Iterable[PostResult]
) -> dict[str, tuple[str, str]]:
    """Return Python's version and those of what posts import, before and after."""
    was, now = _all_versions(before), _all_versions(after)
    return {name: (was[name], now[name]) for name in was if name in now}


def _all_versions(posts: Iterable[PostResult]) -> dict[str, str]:
    found: dict[str, str] = {}
    for post in posts:
        found |= {"Python": post.python, **post.packages} if post.python else {}
    return found


def _imported(posts: Iterable[Post], pins: Pins) -> list[str]:
    """Return the packages that posts import, sorted."""
    return sorted({name for post in posts for name in distributions_of(post, pins)})


def _own_requirements() -> list[str]:
    """Return what this program needs to run posts and to read them."""
    return [text for text in metadata.requires("elevenlines") or [] if "extra ==" not in text]


def _kept(pins: Pins, names: Iterable[str]) -> list[str]:
    """Return the pins of packages that stay as they are."""
    found = []
    for name in map(canonicalize_name, names):
        if name not in pins:
            raise BadUsage(
                f"constraints.txt pins no `{name}`, so it cannot be kept. {nearest(name, pins)}"
            )
        found.append(f"{name}=={pins[name]}")
    return found


def _interpreter(wanted: str) -> str:
    """Return the interpreter that `--python` means; raises BadUsage for none or an old one."""
    if not wanted:
        return sys.executable
    names = [wanted, f"python{wanted}"]
    if wanted == "newest":
        names = [f"python3.{minor}" for minor in range(_NEWEST_TRIED, _OLDEST[1], -1)]
    found = next(filter(None, map(shutil.which, names)), None)
    if not found and wanted == "newest":
        return sys.executable
    if not found:
        raise BadUsage(f"there is no Python `{wanted}`. Name a version on the PATH, or a file.")
    ask = [found, "-c", "import sys; print(*sys.version_info[:2])"]
    said = subprocess.run(ask, check=False, capture_output=True, text=True).stdout.split()
    if not all(part.isdecimal() for part in said) or tuple(map(int, said)) < _OLDEST:
        raise BadUsage(f"`{found}` is no Python of version 3.11 or newer.")
    return found
