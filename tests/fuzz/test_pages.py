"""Whatever a post says and shows, its page is safe, the feeds are valid, and the site is built."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from site_tools.experiment.plan import experiments_for
from site_tools.model.run import Run
from site_tools.project import Project, read_posts
from tests.fuzz.outputs import DRAWING, OUTPUTS
from tests.fuzz.page_oracle import unsafe_in
from tests.fuzz.posts import PUBLISHABLE
from tests.fuzz.properties import CASES, answer, examples, kept
from tests.support.posts import write
from tests.support.projects import make_project

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shown:
    """A post in Markdown, and what its first cell has shown."""

    text: str
    outputs: list[dict[str, Any]]

    def __repr__(self) -> str:
        return f"<{len(self.text)} characters, {len(self.outputs)} outputs>"

    def to_json(self) -> bytes:
        """Return it as a case."""
        return json.dumps({"text": self.text, "outputs": self.outputs}, indent=1).encode("ascii")


SHOWN = st.tuples(PUBLISHABLE, OUTPUTS).map(lambda parts: Shown(*parts))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("pages") / "project")
    write(folder, "other")
    return folder


def publish(project: Project, posts: list[Shown]) -> dict[str, Shown]:
    """Put posts and their runs into a project; return those without a problem, by name."""
    for path in project.posts.glob("p*.md"):
        path.unlink()
    named = {f"p{i}": post for i, post in enumerate(posts)}
    for name, post in named.items():
        # Posts with the same code share their runs, so each has other code.
        text = post.text.replace("\na = 1\n", f"\na = '{name}'\n")
        data = text.encode("utf-8", "surrogatepass")
        (project.posts / f"{name}.md").write_bytes(data)
    reading = read_posts(project)
    faulty = {Path(problem.post).stem for problem in reading.problems}
    for name in faulty:
        (project.posts / f"{name}.md").unlink()
    for read in read_posts(project).posts:
        if read.slug in named:
            cells = len(read.code_cells)
            outputs = (tuple(named[read.slug].outputs), *((),) * (cells - 1))
            run = Run(outputs, {}, (0.1,) * cells, "3.11.7", {}, "cpu", date(2026, 1, 2))
            (experiment,) = experiments_for([read], project.pins)
            project.store.save(experiment.jobs[0].key, run)
    return {name: post for name, post in named.items() if name not in faulty}


def build(project: Path, posts: list[Shown]) -> None:
    published = publish(Project(project), posts)
    for name in re.findall(r"(?m)^posts/(p\d+)\.md:\d+: ", answer(project, "run")):
        (project / "posts" / f"{name}.md").unlink(missing_ok=True)  # its outputs are refused
        published.pop(name, None)
    whole = b"\n".join(post.to_json() for post in published.values())
    with kept("sites/whole.json", whole):
        said = answer(project, "build")
        number = len(published) + 1
        assert f"site/ holds {number} post{'s' * (number > 1)}" in said, said
        check_lists(project / "site")
    for name, post in published.items():
        with kept(f"pages/{name}.json", post.to_json()):
            for folder in ("posts", "runs"):
                page = project / "site" / folder / name / "index.html"
                assert unsafe_in(page.read_text(encoding="utf-8")) == [], page


def check_lists(site: Path) -> None:
    for path in [site / "index.html", *(site / "posts").glob("*/*/index.html")]:
        assert unsafe_in(path.read_text(encoding="utf-8")) == [], path
    for path in site.glob("feed_rss_*.xml"):
        ElementTree.parse(path)


@examples(2, shrink=False)
@given(posts=st.lists(SHOWN, min_size=15, max_size=20), drawing=DRAWING)
def test_site(project: Path, posts: list[Shown], drawing: str) -> None:
    (project / "posts" / "a.svg").write_text(drawing, encoding="utf-8", errors="replace")
    build(project, posts)


def test_cases(project: Path) -> None:
    cases = [json.loads(path.read_bytes()) for path in sorted(CASES.glob("pages/*.json"))]
    (project / "posts" / "a.svg").write_text("<svg/>", encoding="utf-8")
    build(project, [Shown(**case) for case in cases])
