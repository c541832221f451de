"""The cost of rendering: 200 posts of 140 lines, by this project and by plain Material.

Plain Material renders the same staged tree with the same settings, but without our plugin and its
templates. The runs of all posts are cached beforehand. `elevenlines build` also reads, judges and
stages the posts; it is measured a second time with nothing changed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.corpus import write_long
from benchmarks.engines import cpu_seconds
from benchmarks.renderers import complete_settings

POSTS = 200
BUILD = [sys.executable, "-m", "site_tools", "build"]
MKDOCS = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir"]


def compare(project: Path) -> dict[str, float]:
    """Return the CPU seconds of each way to render a project whose runs are cached."""
    plain = complete_settings(project / "mkdocs.yml")
    (project / "plain.yml").write_text(plain, encoding="utf-8")
    cold = cpu_seconds(BUILD, project)
    return {
        "plain Material": cpu_seconds([*MKDOCS, "plain", "--config-file", "plain.yml"], project),
        "Material with our plugin": cpu_seconds([*MKDOCS, "plugin"], project),
        "elevenlines build": cold,
        "elevenlines build, nothing changed": cpu_seconds(BUILD, project),
    }


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name, "project")
        write_long(project, POSTS)
        cpu_seconds([sys.executable, "-m", "site_tools", "run"], project)
        costs = compare(project)
    base = next(iter(costs.values()))
    print(f"{POSTS:,} posts of 140 lines: CPU seconds, and the ratio to plain Material")
    for way, cost in costs.items():
        print(f"  {way:<36} {cost:7.2f} s  {cost / base:6.4f}")


if __name__ == "__main__":
    main()
