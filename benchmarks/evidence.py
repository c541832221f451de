"""The cost of evidence: CPU time of all runs of twelve posts, compared with their training alone.

A post has 13 runs: the published one, a sham, 8 seed trials and 3 controls. Training alone is the
time that `python post.py` spends after its imports; 13 times that is the minimum for 13 runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.corpus import PROGRAMS, write_corpus
from benchmarks.engines import THREADS, WORKERS, cpu_seconds

ALONE = """\
import ast, os, sys, time
tree = ast.parse(sys.argv[1])
imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
names = {}
exec(compile(ast.Module(imports, []), "imports", "exec"), names)
if "torch" in names:  # imported by the first optimizer; not part of training
    import torch._dynamo
start = time.process_time()
exec(sys.argv[1], names)
print(time.process_time() - start)
"""


def training_seconds(code: str) -> float:
    """Return the CPU time of a program after its imports."""
    environment = {**os.environ, **THREADS, "MPLBACKEND": "agg"}
    command = [sys.executable, "-c", ALONE, code]
    run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(run.stdout.splitlines()[-1])


def main() -> None:
    """Run the twelve posts with all their evidence and print the ratio."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name, "project")
        write_corpus(project, claimed=True)
        before = sum(training_seconds(program.code) for program in PROGRAMS.values())
        command = [sys.executable, "-m", "site_tools", "run", "--jobs", str(WORKERS)]
        spent = cpu_seconds(command, project)
        after = sum(training_seconds(program.code) for program in PROGRAMS.values())
        runs = len(list(project.glob(".elevenlines/store/??/*.run")))
        training = (before + after) / 2 * runs / len(PROGRAMS)
        print(f"evidence: {runs} runs of {len(PROGRAMS)} posts, {spent:.1f} CPU s;", end=" ")
        print(f"their training alone {training:.1f} CPU s; ratio {spent / training:.2f}")


if __name__ == "__main__":
    main()
