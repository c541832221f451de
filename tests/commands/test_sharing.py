"""Runs that several machines share: parts of the posts, merged, give the same site."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.project import Project
from tests.support.posts import write
from tests.support.projects import EXAMPLE, EXAMPLES, Elevenlines, contents, make_project, run_main
from tests.support.sites import copy_posts
from tests.support.stores import fill, objects


@pytest.fixture
def three_posts(project: Path) -> Path:
    for slug in ("one", "two", "three"):
        write(project, slug, f"print('{slug}')")
    return project


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1/0", "2", "a/b", "-1/2", "1/2/3", "1/9999", ""])
def test_shard_out_of_range_is_refused(elevenlines: Elevenlines, shard: str) -> None:
    code, said = elevenlines("run", f"--shard={shard}")
    assert code == 2
    assert "is not a part" in said


def test_a_shard_reports_the_problems_of_its_own_posts_only(project: Path) -> None:
    for slug in ("one", "two"):
        write(project, slug, "this is no Python")
    said = [run_main(project, "run", "--shard", f"{number}/2") for number in (1, 2)]
    assert [code for code, _ in said] == [1, 1]
    for slug in ("one", "two"):
        assert sum(f"posts/{slug}.md:" in text for _, text in said) == 1


def test_shard_without_posts_is_no_error(project: Path) -> None:
    write(project, "one", "this is no Python")
    code, said = run_main(project, "run", "--shard", "2/2")
    assert (code, said.splitlines()[0]) == (0, "Shard 2/2: 0 of 1 post, about 0 of 0 s.")


@pytest.mark.slow
def test_shards_run_their_part_and_are_merged(three_posts: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = make_project(tmp_path / f"shard-{number}")
        for slug in ("one", "two", "three"):
            write(folder, slug, f"print('{slug}')")
        code, said = run_main(folder, "run", "--shard", f"{number}/2")
        assert code == 0, said
        assert len(objects(folder)) == (2 if number == 1 else 1)
        run_main(folder, "store", "export", str(tmp_path / f"{number}.tar.gz"))
    archives = [str(tmp_path / "1.tar.gz"), str(tmp_path / "2.tar.gz")]
    assert run_main(three_posts, "store", "import", *archives)[0] == 0
    assert "0 posts executed, 3 stored." in run_main(three_posts, "run")[1]
    assert '"posts/three.md"' in Project(three_posts).history.read_text(encoding="utf-8")


@pytest.mark.slow
def test_merged_shards_give_the_site_of_one_machine(example: Path, tmp_path: Path) -> None:
    parts = {"1.tar.gz": EXAMPLES[::2], "2.tar.gz": EXAMPLES[1::2]}
    for name, part in parts.items():
        assert run_main(example, "store", "export", str(tmp_path / name), *part)[0] == 0
    merged = tmp_path / "merged"
    copy_posts(EXAMPLE, merged)
    assert run_main(merged, "store", "import", *[str(tmp_path / name) for name in parts])[0] == 0
    code, said = run_main(merged, "build")
    assert (code, "0 posts executed" in said) == (0, True), said
    ours, theirs = contents(merged / "site"), contents(example / "site")
    assert [n for n in ours | theirs if ours.get(n) != theirs.get(n)] == []


def test_runs_made_with_other_versions_are_refused(three_posts: Path, tmp_path: Path) -> None:
    write(three_posts, "four", "import numpy")
    (tmp_path / "good").mkdir()
    run_main(three_posts, "store", "export", str(tmp_path / "good"))
    pins = three_posts / "constraints.txt"
    own = Project(three_posts).pins["numpy"]
    fill(three_posts)
    run_main(three_posts, "store", "export", str(tmp_path / "other"))
    pins.write_text(f"numpy==1.2.3\n{pins.read_text(encoding='utf-8')}".replace(
        f"numpy=={own}\n", ""), encoding="utf-8")  # fmt: skip
    before = objects(three_posts)
    sources = [str(tmp_path / name) for name in ("good", "other")]
    code, said = run_main(three_posts, "store", "import", *sources)
    assert code == 1
    assert said.startswith(
        f"{sources[1]}: was made with other versions: numpy {own} (here 1.2.3). Make it again"
    )
    assert objects(three_posts) == before
