"""What our hooks save MkDocs from doing changes nothing that a reader sees."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Elevenlines
from tests.test_build import contents
from tests.test_excerpts import CASES

pytestmark = pytest.mark.slow

POST = """\
---
title: {title}
description: An example.
date: 2026-11-{day:02}
authors: [ada]
categories: [Excerpts]
tags: [example]
minutes: {{read: 1, do: 1}}
no_learning: It only shows.
---

{body}

```python alt="A line"
import matplotlib.pyplot as plt

print("words", 1 < 2)  # <b>
plt.plot([0, 1]);
```
"""


def index(site: Path) -> list[dict[str, Any]]:
    """Return what the search finds, but for run records."""
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    return [entry for entry in entries if not entry["location"].startswith("runs/")]


def without_hooks(project: Path) -> Path:
    """Render the staged tree again, by MkDocs with its plugins alone; return the site."""
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    plain, found = re.subn(r"(?m)^hooks: .*\n", "", settings)
    assert found == 1
    (project / "plain.yml").write_text(plain, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    command += ["--config-file", "plain.yml", "--site-dir", "plain"]
    epoch = datetime(2026, 11, len(CASES), tzinfo=UTC).timestamp()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(epoch))}
    subprocess.run(command, cwd=project, check=True, env=environment)
    return project / "plain"


def test_hooks_change_only_run_records(project: Path, elevenlines: Elevenlines) -> None:
    for day, case in enumerate(CASES, start=1):
        text = POST.format(title=case.stem, day=day, body=case.read_text(encoding="utf-8"))
        (project / "posts" / case.name).write_text(text, encoding="utf-8")
    assert elevenlines("build")[0] == 0
    site, plain = project / "site", without_hooks(project)
    ours, theirs = contents(site), contents(plain)
    assert ours.keys() == theirs.keys()
    changed = {name for name in ours if ours[name] != theirs[name]}
    records = {f"runs/{case.stem}/index.html" for case in CASES}
    feeds = {f"feed_{kind}.xml" for kind in ("rss_created", "rss_updated")}  # their picture
    feeds |= {f"feed_json_{kind}.json" for kind in ("created", "updated")}
    assert changed - feeds == records | {"search/search_index.json"}
    assert index(site) == index(plain)


def test_code_of_posts_and_records_looks_the_same(published: Path) -> None:
    """Else a record would not take over what its post has."""
    block = re.compile(r'<div class="highlight"><pre>.*?</pre></div>', re.DOTALL)
    for page in (published / "site" / "runs").glob("*/index.html"):
        post = published / "site" / "posts" / page.parent.name / "index.html"
        code = set(block.findall(post.read_text(encoding="utf-8")))
        assert code
        assert code <= set(block.findall(page.read_text(encoding="utf-8")))


def test_records_are_light(published: Path) -> None:
    """They show the figures of their posts, and bring nothing along."""
    for page in (published / "site" / "runs").glob("*/index.html"):
        html = page.read_text(encoding="utf-8")
        assert len(html) < 150_000
        assert "data:image/" not in html
        figures = re.findall(r'src="([^"]*/figure-[^"]*)"', html)
        assert figures
        assert all((page.parent / figure).is_file() for figure in figures)
