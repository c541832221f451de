"""A download takes its data files from beside itself, or from the site, and checks them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.serving import serve
from site_tools.downloads.bundle import downloads
from site_tools.downloads.notebook_cells import imprint_of
from site_tools.downloads.program_run import ProgramRunner
from site_tools.downloads.verification import checks
from site_tools.evidence.verdict import Evidence, JudgedPost
from site_tools.experiment.cache_key import dependencies, key_of
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED
from site_tools.posts.data_files import changed_data
from site_tools.project import Project, read_posts
from tests.support.layers import ACTIVE
from tests.support.posts import CLAIM, LEARN, NONE, edit, write
from tests.support.projects import ROOT, Elevenlines, set_option
from tests.support.runs import a_run

CODE = """from pathlib import Path

a = float(Path("one.csv").read_text()) + float(Path("data/two.csv").read_text())"""
NAMES = ("one.csv", "data/two.csv")


def judged(project: Path, code: str = CODE) -> JudgedPost:
    """Return a post that adds the numbers in two files to 1; its claim is that it finds four."""
    path = write(project, "post", f"{code}{LEARN}")
    edit(path, NONE, CLAIM)
    edit(path, "authors:", "data: [one.csv, data/two.csv]\nauthors:")
    (project / "posts" / "data").mkdir(exist_ok=True)
    (project / "posts" / "one.csv").write_text("0.25")
    (project / "posts" / "data" / "two.csv").write_text("0.75")
    reading = read_posts(Project(project))
    assert not reading.problems
    (post,) = reading.posts
    run = replace(a_run(0.0), values={post.claims[0].metric: 0.01})
    return JudgedPost(post, run, Evidence(()))


def files_of(one: JudgedPost, url: str = "http://localhost:9/") -> Mapping[str, bytes]:
    settings = replace(Project(ROOT).settings, site_url=url)
    return downloads(one, imprint_of([one.post], settings, "A licence."))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-W", "error", *arguments]
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)


def place(folder: Path, files: Mapping[str, bytes], *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
    return folder


def test_archive_has_the_data(project: Path, tmp_path: Path) -> None:
    files = files_of(judged(project))
    with zipfile.ZipFile(io.BytesIO(files["post.zip"])) as archive:
        archive.extractall(tmp_path)
    assert (tmp_path / "post" / "data" / "two.csv").read_text() == "0.75"
    assert run(tmp_path / "post", "post.py").stdout.endswith("Your network learns.\n")
    sums = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert (
        subprocess.run(sums, cwd=tmp_path / "post", check=False, capture_output=True).returncode
        == 0
    )


def test_script_finds_its_data_from_another_folder(project: Path, tmp_path: Path) -> None:
    folder = place(tmp_path / "there", files_of(judged(project)), "post.py", *NAMES)
    ended = run(tmp_path, str(folder / "post.py"))
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("missing", [NAMES, NAMES[1:]])
def test_script_fetches_what_is_missing(
    project: Path, tmp_path: Path, missing: tuple[str, ...]
) -> None:
    one = judged(project)
    site = place(tmp_path / "site" / "posts" / "post", files_of(one), *NAMES)
    with serve(site.parents[1]) as address:
        files = files_of(one, f"{address}/")
        folder = place(tmp_path / "there", files, "post.py", *(set(NAMES) - set(missing)))
        assert run(folder, "post.py").stdout.endswith("Your network learns.\n")
    assert (folder / "data" / "two.csv").read_text() == "0.75"
    assert run(folder, "post.py").returncode == 0, "the site is needed once"


def test_script_refuses_what_the_site_has_by_now(project: Path, tmp_path: Path) -> None:
    one = judged(project)
    site = place(tmp_path / "site" / "posts" / "post", files_of(one), *NAMES)
    (site / "one.csv").write_text("7")
    with serve(site.parents[1]) as address:
        folder = place(tmp_path / "there", files_of(one, f"{address}/"), "post.py")
        ended = run(folder, "post.py")
        expected = f"{address}/posts/post/one.csv: this is not the file of the post. Get it from "
    assert ended.stderr.startswith(expected)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert not (folder / "one.csv").exists()


def test_script_refuses_another_file_of_that_name(project: Path, tmp_path: Path) -> None:
    folder = place(tmp_path, files_of(judged(project)), "post.py", *NAMES)
    (folder / "one.csv").write_text("7")
    ended = run(folder, "post.py")
    expected = f"{folder / 'one.csv'}: this is not the file of the post. Get it from "
    assert ended.stderr == f"{expected}http://localhost:9/posts/post/.\n"
    assert (folder / "one.csv").read_text() == "7"


def test_script_says_what_to_do_without_a_network(project: Path, tmp_path: Path) -> None:
    ended = run(place(tmp_path, files_of(judged(project)), "post.py"), "post.py")
    assert ended.stderr == (
        "one.csv: cannot be read: [Errno 111] Connection refused. "
        f"Put http://localhost:9/posts/post/one.csv into {tmp_path}.\n"
    )
    assert ended.returncode == 1


def test_notebooks_get_the_data_above_their_code(project: Path) -> None:
    files = files_of(judged(project))
    for name in ("post.ipynb", "post-exercise-1.ipynb", "post-exercise-2.ipynb"):
        cells = [cell for cell in json.loads(files[name])["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
        assert "def fetch_data(" in sources[0]
        assert not any("fetch_data" in source for source in sources[1:])


def test_imports_from_the_future_stay_first(project: Path, tmp_path: Path) -> None:
    code = CODE.replace(
        "from pathlib", "from __future__ import annotations\n```\n\n```python\nfrom pathlib"
    )
    folder = place(tmp_path, files_of(judged(project, code)), "post.py", *NAMES)
    assert run(folder, "post.py").stdout.endswith("Your network learns.\n")


@pytest.mark.slow
def test_downloads_with_data_are_verified(project: Path) -> None:
    one = judged(project)
    environments = Project(ROOT).environments
    runner = ProgramRunner(environments, ACTIVE, 60, 2**30)
    script, notebook, *_ = checks(one, files_of(one), runner)
    assert [*script(), *notebook()] == []


def test_key_depends_on_the_content_only(project: Path) -> None:
    post = judged(project).post

    def key(name: str = "one.csv", text: str = "0.25") -> str:
        (project / "posts" / name).write_text(text)
        edit(project / "posts" / "post.md", "data: [one.csv", f"data: [{name}")
        (new,) = read_posts(Project(project)).posts
        edit(project / "posts" / "post.md", f"data: [{name}", "data: [one.csv")
        return key_of(dependencies(new, PUBLISHED, {}, versions={}, device="cpu"))

    first = key()
    assert key() == first
    assert len({first, key(text="0.5"), key("other.csv")}) == 3
    without = replace(post, data=())
    assert "data" not in dependencies(without, PUBLISHED, {}, versions={}, device="cpu")


def test_changed_files_are_named(project: Path) -> None:
    post = judged(project).post
    assert list(changed_data(post.data, project / "posts")) == []
    (project / "posts" / "one.csv").write_text("7")
    (project / "posts" / "data" / "two.csv").unlink()
    assert [file.name for file in changed_data(post.data, project / "posts")] == [*NAMES]


def test_links_are_refused(project: Path, elevenlines: Elevenlines) -> None:
    judged(project)
    outside = project.parent / "secret"
    outside.mkdir()
    (outside / "two.csv").write_text("0.75")
    (project / "posts" / "one.csv").rename(project / "posts" / "real.txt")
    (project / "posts" / "one.csv").symlink_to("real.txt")
    (project / "posts" / "data" / "two.csv").unlink()
    (project / "posts" / "data").rmdir()
    (project / "posts" / "data").symlink_to(outside)
    code, said = elevenlines("check")
    assert (code, said) == (1, (
        "posts/post.md:5: posts/data/two.csv: this is a link. Replace it by the file itself.\n"
        "posts/post.md:5: posts/one.csv: this is a link. Replace it by the file itself.\n"
    ))  # fmt: skip


def test_what_is_no_plain_file_is_refused(project: Path, elevenlines: Elevenlines) -> None:
    judged(project)
    (project / "posts" / "one.csv").unlink()
    os.mkfifo(project / "posts" / "one.csv")
    code, said = elevenlines("check")
    what = "posts/post.md:5: posts/one.csv: this is no plain file. Declare a plain file.\n"
    assert (code, said) == (1, what)


def test_large_files_are_refused_unless_the_site_allows_them(
    project: Path, elevenlines: Elevenlines
) -> None:
    judged(project)
    (project / "posts" / "one.csv").write_bytes(b" " * 4_999_999 + b"1")
    assert elevenlines("check")[0] == 0
    (project / "posts" / "one.csv").write_bytes(b" " * 5_000_000 + b"1")
    code, said = elevenlines("check")
    assert (code, said) == (1, (
        "posts/post.md:5: posts/one.csv: has 5,000,001 bytes, and 5,000,000 are the most for a "
        "data file. Take a part of it, or allow more: `largest_data: 20 MB` under "
        "`elevenlines:` in mkdocs.yml.\n"
    ))  # fmt: skip
    set_option(project, "largest_data: 20 MB")
    assert elevenlines("check")[0] == 0
    edit(project / "mkdocs.yml", "largest_data: 20 MB", "largest_data: [1]")
    assert "`largest_data`" in elevenlines("check")[1]


@pytest.mark.slow
def test_published_site_has_the_data(project: Path, elevenlines: Elevenlines) -> None:
    judged(project)
    code, said = elevenlines("build")
    assert code == 0, said
    folder = project / "site" / "posts" / "post"
    assert (folder / "data" / "two.csv").read_text() == "0.75"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="data/two.csv"' in page
    (project / "posts" / "one.csv").write_text("0.3")
    code, said = elevenlines("why")
    assert "the data file `one.csv` has changed." in said
    assert Store(project / ".elevenlines" / "store").stored()
