"""`elevenlines prove`: test whether any program learns, outside of a site."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_tools.atomic_write import write_whole
from site_tools.commands.bar_reporter import BarReporter
from site_tools.commands.printing import print_command, print_problems
from site_tools.commands.run import claim_line, confinement_in_words
from site_tools.evidence import run_table
from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject, BadUsage
from site_tools.model.text import count
from site_tools.proving.claim import claim_of, options_from
from site_tools.proving.numbers import as_json, as_markdown
from site_tools.proving.page import as_page
from site_tools.proving.proof import Proof, program_of
from site_tools.proving.proof import prove as proof_of
from site_tools.proving.target import Target
from site_tools.proving.wording import in_options
from site_tools.running.options import Options
from site_tools.running.outcome import PostOutcome

if TYPE_CHECKING:
    from site_tools.running.pool import Pool


@dataclass(frozen=True, slots=True)
class Reports:
    """What to print and to write."""

    json: bool
    html: Path | None
    markdown: Path | None

    @property
    def files(self) -> list[Path]:
        """Return the files that are written, absolute."""
        return [path.resolve() for path in (self.html, self.markdown) if path]


def prove(target: Target, claim: Mapping[str, Any], *, options: Options, reports: Reports) -> int:
    """Test a program, print and write the report; return 1 when it is not shown to learn."""
    for path in reports.files:
        if not path.parent.is_dir():
            raise BadUsage(f"there is no folder `{path.parent}` to write {path.name} to.")
    chosen = claim_of(target, options_from(claim, "--"))
    program = program_of(target, chosen, timeout=options.timeout, left_out=reports.files)
    proof = proof_of(program, options, _Printer())
    _print(proof, verbose=options.verbose, as_numbers=reports.json)
    texts = ((reports.html, as_page), (reports.markdown, as_markdown))
    for path, text in ((path, form(proof)) for path, form in texts if path):
        try:
            write_whole(path, text.encode("utf-8"))
        except OSError as error:
            raise BadProject(f"{path}: cannot be written: {error.strerror}.") from None
    return 0 if proof.learns else 1


def _print(proof: Proof, *, verbose: bool, as_numbers: bool) -> None:
    failure = proof.run.failure if proof.run else None
    if verbose and failure and failure.detail:
        print(failure.detail, file=sys.stderr)
    print_problems(proof.problems)
    if verbose and proof.evidence:
        print("\n".join(map(in_options, run_table.table(proof.evidence))), file=sys.stderr)
    if as_numbers:
        print_command(as_json(proof))
    elif proof.learns and proof.verdict:
        executed = f"{count(proof.executed, 'run')} in all"
        runs = executed if proof.executed else "stored runs"
        print(f"{proof.program.title} learns: {claim_line(proof.verdict)} ({runs})")
        if not proof.verdict.baselines and not proof.verdict.claim.shuffle:
            print(
                "  No baseline is known. If a guess reaches something, name it: --baseline 0.5",
                file=sys.stderr,
            )


@dataclass
class _Printer(BarReporter):
    """Prints what happens while runs are made, above a progress bar."""

    @contextmanager
    def executing(self, pool: Pool, expected: float) -> Iterator[None]:
        workers = f"{count(pool.capacity.jobs, 'run')} at a time"
        confined = in_options(confinement_in_words(pool.capacity.layers, "each is"))
        print(f"{workers}; {confined}", file=sys.stderr)
        with self.showing(expected, pool.capacity.jobs):
            yield

    def printed(self, _job: Job, text: str) -> None:
        with self.aside():
            for line in text.splitlines():
                print(f"| {line}", file=sys.stderr, flush=True)

    def post_ended(self, outcome: PostOutcome) -> None:
        """Print nothing: the whole report follows."""
