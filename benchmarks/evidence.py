"""What evidence costs: CPU time of all runs of a post, beside its training alone.

Training alone is `python post.py` without its imports. The target is 13.5 for 13 runs of a post
(1 published, 1 sham, 8 seed trials, 3 controls).
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from site_tools.packages import imported_modules, parse
from site_tools.plan import experiments_for
from site_tools.post import Post
from site_tools.project import Project, read_posts

ROOT = Path(__file__).parent.parent
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def cpu_seconds(command: list[str], folder: Path) -> float:
    """Return user and system time of a command and of all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, **THREADS, "MPLBACKEND": "agg"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def training_seconds(post: Post, folder: Path) -> float:
    """Return the CPU time of a post's code as a plain script, imports excluded."""
    code = "\n".join(cell.source for cell in post.code_cells)
    modules = sorted(
        {module for cell in post.code_cells for module in imported_modules(parse(cell))}
    )
    imports = "\n".join(f"import {module}" for module in modules)
    whole, start = (cpu_seconds([sys.executable, "-c", text], folder) for text in (code, imports))
    return whole - start


def main() -> None:
    """Run every post of the site with an empty store, and print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("posts", "snippets", "docs", "mkdocs.yml", "constraints.txt"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)
        project = Project(folder)
        print("evidence: CPU seconds, and the ratio to training alone")
        for experiment in experiments_for(read_posts(project).posts, project.pins):
            post = experiment.post
            alone = training_seconds(post, folder)
            command = [sys.executable, "-m", "site_tools", "run", post.slug]
            spent = cpu_seconds(command, folder)
            runs = len(experiment.jobs)
            times = f"{spent:6.1f} s  {alone:5.2f} s  {spent / alone:5.1f}"
            print(f"  {post.slug:<20} {runs:3} runs {times}")


if __name__ == "__main__":
    main()
