"""Put public programs and known faults to the test: `make bench-external SOURCES=folder`.

Each repository of `programs.toml` is cloned by the user to `folder/OWNER/NAME`. Each subject is
proved as a user would, by `elevenlines prove`. A healthy program should be accepted, or be TOO
CLOSE to a goal that is met; a faulty one should be refused with the goal of its healthy twin.

Results are kept in `benchmarks/external/results.json` after each subject. A later call proves only
what has no result, what has changed since, and what could not be run. `--again` proves all of it.
Words after the folder choose subjects by parts of their names; the results of the others stay.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path

from benchmarks.external.page import write_tables
from benchmarks.external.result import Result, right, summary
from benchmarks.external.sources import Missing, Subject, subjects, write

RESULTS = Path(__file__).parent / "results.json"
TIMEOUT = 300
"""Seconds that one run may take."""


def main() -> None:
    """Prove all subjects, or those whose names contain a word, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("only", nargs="*", help="parts of names")
    parser.add_argument("--again", action="store_true", help="prove also what has a result")
    parser.add_argument("--jobs", type=int, default=0, help="runs at a time; 0: one per core")
    parser.add_argument("--page", type=Path, help="the page whose tables are replaced")
    options = parser.parse_args()
    everything = list(subjects())
    chosen = _chosen(everything, options.only)
    if not chosen:
        parser.error(f"no name has {' or '.join(options.only)}. The names: {_names(everything)}")
    for subject in chosen:
        known = stored().get(subject.name)
        if options.again or not known or not known.holds_for(subject):
            known = proved(subject, options.sources.resolve(), options.jobs)
            keep(known)
        print(line(known), flush=True)
    results = stored()
    print(summary(results[subject.name] for subject in chosen))
    if options.page:
        write_tables(options.page, stored(), everything)


def _chosen(everything: Sequence[Subject], parts: Sequence[str]) -> list[Subject]:
    """Return the subjects whose names have one of some parts, in capitals or not."""
    words = [part.lower() for part in parts or [""]]
    return [one for one in everything if any(word in one.name.lower() for word in words)]


def _names(everything: Sequence[Subject]) -> str:
    return "; ".join(dict.fromkeys(one.pair or one.name for one in everything))


def stored() -> dict[str, Result]:
    """Return the results of earlier calls, by name."""
    if not RESULTS.exists():
        return {}
    listed = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {
        one["name"]: Result(**one | {"seeds": tuple(one["seeds"]), "off": tuple(one["off"])})
        for one in listed
    }


def keep(result: Result) -> None:
    """Store a result beside those of other calls."""
    results = stored() | {result.name: result}
    lines = ",\n".join(json.dumps(asdict(one)) for _, one in sorted(results.items()))
    RESULTS.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def proved(subject: Subject, sources: Path, jobs: int) -> Result:
    """Prove one subject, in a folder of its own."""
    missing = [name for name in subject.needs if not find_spec(name)]
    if missing:
        return _not_run(subject, f"needs {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "program"
        try:
            script = write(subject, sources, folder)
        except Missing as error:
            return _not_run(subject, str(error))
        plain = _plain(subject, script)
        return replace(_proof(subject, script, jobs), plain_cpu=plain)


def _plain(subject: Subject, script: Path) -> float:
    """Return the CPU seconds that the program takes when Python runs it in a copy of its folder."""
    copy = script.parent.parent / "plain"
    shutil.copytree(script.parent, copy)
    command = [sys.executable, script.name, *subject.arguments]
    if subject.function:
        call = f"import sys, {script.stem} as it; it.{subject.function}()"
        command = [sys.executable, "-c", call, *subject.arguments]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    with suppress(subprocess.TimeoutExpired):  # its proof says so
        subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, check=False, timeout=TIMEOUT
        )
    return _cpu(before)


def _proof(subject: Subject, script: Path, jobs: int) -> Result:
    """Prove a program without stored runs, so that all of its cost is measured."""
    kept = script.parent.parent / "cache"
    environment = os.environ | {"XDG_CACHE_HOME": str(kept)}
    environment |= {"PYTHONPATH": str(Path.cwd()), "MPLBACKEND": "agg"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        _command(subject, script, jobs),
        cwd=script.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    cpu = _cpu(before)
    runs = sum(1 for _ in kept.rglob("*.run"))
    here = done.stdout.find("\n{") + 1 if not done.stdout.startswith("{") else 0
    try:
        numbers = json.loads(done.stdout[here:])
    except json.JSONDecodeError:
        said = (done.stdout + done.stderr).strip()
        return Result(subject.name, subject.kind, "failed", learns=False, said=said)
    return Result(
        subject.name,
        subject.kind,
        numbers.get("verdict", "failed"),
        numbers["learns"],
        numbers.get("published"),
        tuple(numbers.get("seeds", ())),
        tuple(numbers.get("learning_off", ())),
        runs,
        proof_cpu=cpu,
        said="\n".join(numbers["problems"]),
        digest=subject.digest,
    )


def _command(subject: Subject, script: Path, jobs: int) -> list[str]:
    target = f"{script.name}:{subject.function}" if subject.function else script.name
    command = [sys.executable, "-m", "site_tools", "prove", target]
    command += ["--metric", subject.metric] if not subject.function else []
    command += ["--goal", subject.goal, "--timeout", str(TIMEOUT), "--json", *subject.options]
    command += ["--jobs", str(jobs)] if jobs else []
    return command + (["--", *subject.arguments] if subject.arguments else [])


def _not_run(subject: Subject, why: str) -> Result:
    return Result(subject.name, subject.kind, "not run", learns=False, said=why)


def _cpu(before: resource.struct_rusage) -> float:
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime


def line(result: Result) -> str:
    """Return a result as one line, with what was said where that was not wanted."""
    numbers = f"{_span((result.published, *result.seeds))} / off {_span(result.off)}"
    wanted = right(result)
    said = "" if wanted else "\n    " + result.said.replace("\n", "\n    ")
    mark = "" if wanted else "  <<<"
    cost = f"{result.runs} x {result.plain_cpu:.1f} s, {result.proof_cpu:.1f} s"
    return f"{result.name:44} {result.verdict:20} {numbers}   {cost}{mark}{said}"


def _span(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "no number"
    return f"{min(known):.4g} … {max(known):.4g}"


if __name__ == "__main__":
    main()
