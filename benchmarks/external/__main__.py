"""Put public programs and known faults to the test: `make bench-external SOURCES=folder`.

Each repository of `programs.toml` is cloned by the user to `folder/OWNER/NAME`. Each subject is
proved as a user would, by `elevenlines prove`. A healthy program should be accepted, or be TOO
CLOSE to a goal that is met; a faulty one should be refused with the goal of its healthy twin.
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
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from benchmarks.external.page import write_tables
from benchmarks.external.result import Result, right, summary
from benchmarks.external.sources import Missing, Subject, subjects, write

BUILD = Path("build") / "external"
RESULTS = BUILD / "results.json"
TIMEOUT = "300"


def main() -> None:
    """Prove all subjects, or those whose names contain a word, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("only", nargs="*", help="parts of names")
    parser.add_argument("--page", type=Path, help="the page whose tables are replaced")
    options = parser.parse_args()
    everything = list(subjects())
    chosen = [one for one in everything if any(word in one.name for word in options.only or [""])]
    results = stored()
    for subject in chosen:
        results[subject.name] = proved(subject, options.sources.resolve())
        print(line(results[subject.name]), flush=True)
        keep(results)
    print(summary(results[subject.name] for subject in chosen))
    if options.page:
        write_tables(options.page, results, everything)


def stored() -> dict[str, Result]:
    """Return the results of earlier calls, by name."""
    if not RESULTS.exists():
        return {}
    listed = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {
        one["name"]: Result(**one | {"seeds": tuple(one["seeds"]), "off": tuple(one["off"])})
        for one in listed
    }


def keep(results: dict[str, Result]) -> None:
    """Store results, so that a later call may go on or write the page."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(one) for one in results.values()], indent=1))


def proved(subject: Subject, sources: Path) -> Result:
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
        return _proof(subject, script, plain)


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
    subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False)
    return _cpu(before)


def _proof(subject: Subject, script: Path, plain: float) -> Result:
    target = f"{script.name}:{subject.function}" if subject.function else script.name
    command = [sys.executable, "-m", "site_tools", "prove", target]
    command += ["--metric", subject.metric] if not subject.function else []
    command += ["--goal", subject.goal, "--timeout", TIMEOUT, "--json", *subject.options]
    command += ["--", *subject.arguments] if subject.arguments else []
    environment = os.environ | {"XDG_CACHE_HOME": str(BUILD.resolve() / "cache")}
    environment |= {"PYTHONPATH": str(Path.cwd()), "MPLBACKEND": "agg"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=script.parent, env=environment, capture_output=True, text=True, check=False
    )
    cpu = _cpu(before)
    here = done.stdout.find("\n{") + 1 if not done.stdout.startswith("{") else 0
    try:
        numbers = json.loads(done.stdout[here:])
    except json.JSONDecodeError:
        said = (done.stdout + done.stderr).strip()
        return Result(subject.name, subject.kind, "failed", learns=False, said=said)
    new = "at a time" in done.stderr + done.stdout
    return Result(
        subject.name,
        subject.kind,
        numbers.get("verdict", "failed"),
        numbers["learns"],
        numbers.get("published"),
        tuple(numbers.get("seeds", ())),
        tuple(numbers.get("learning_off", ())),
        2 + len(numbers.get("seeds", ())) + len(numbers.get("learning_off", ())),
        plain,
        cpu if new else 0.0,
        "\n".join(numbers["problems"]),
    )


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
