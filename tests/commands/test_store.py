"""`elevenlines store`: runs go from one machine to another, and only sound ones arrive."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from site_tools.experiment.cache_key import RUNNER_VERSION
from tests.support.posts import write
from tests.support.projects import Elevenlines, make_project, run_main
from tests.support.stores import fill, objects


@pytest.fixture
def filled(project: Path) -> Path:
    """A project whose two posts seem to have run."""
    for slug in ("one", "two"):
        write(project, slug, f"print('{slug}')")
    fill(project)
    return project


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The same project on another machine, without runs."""
    folder = make_project(tmp_path / "other")
    for slug in ("one", "two"):
        write(folder, slug, f"print('{slug}')")
    return folder


@pytest.mark.parametrize("target", ["runs.tar.gz", "runs"])
def test_exported_runs_are_imported(filled: Path, other: Path, target: str) -> None:
    archive = str(other / target)
    assert run_main(filled, "store", "export", archive) == (0, f"{archive}: 2 runs of 2 posts.\n")
    assert run_main(other, "store", "import", archive) == (
        0,
        "2 runs imported, 0 stored already.\n",
    )
    assert objects(other) == objects(filled)
    assert run_main(other, "store", "import", archive)[1] == "0 runs imported, 2 stored already.\n"


@pytest.mark.parametrize("name", ["runs.tar", "runs.zip", "runs.gz"])
def test_other_archives_are_refused(filled: Path, name: str) -> None:
    code, said = run_main(filled, "store", "export", name)
    assert code == 1
    assert said == f"{name}: archives are named `.tar.gz` here. Name one, or a folder.\n"


def test_posts_can_be_chosen(filled: Path, other: Path) -> None:
    run_main(filled, "store", "export", str(other / "one.tgz"), "one")
    _, said = run_main(other, "store", "import", str(other / "one.tgz"))
    assert said == "1 run imported, 0 stored already.\n"
    _, said = run_main(other, "store", "ls")
    assert [line.split()[:4] for line in said.splitlines()] == [
        ["posts/one.md", "1", "of", "1"],
        ["posts/two.md", "0", "of", "1"],
    ]
    assert "cpu, 2026-11-20, Python" in said


def test_archive_says_what_made_the_runs(filled: Path) -> None:
    run_main(filled, "store", "export", "runs")
    manifest = json.loads((filled / "runs" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["runner"] == RUNNER_VERSION
    about = manifest["runs"].values()
    assert {(one["post"], one["condition"], one["device"], one["on"]) for one in about} == {
        ("posts/one.md", "published", "cpu", "2026-11-20"),
        ("posts/two.md", "published", "cpu", "2026-11-20"),
    }


def test_same_runs_give_the_same_archive(filled: Path) -> None:
    for name in ("a.tar.gz", "b.tar.gz"):
        run_main(filled, "store", "export", name)
    assert (filled / "a.tar.gz").read_bytes() == (filled / "b.tar.gz").read_bytes()


def test_other_pins_on_one_device_leave_its_runs_out(filled: Path, other: Path) -> None:
    """A machine with a GPU has its own Python, and may have run posts on its CPU as well."""
    write(other, "three", "import numpy")
    (other / "posts" / "one.md").unlink()
    fill(other)
    run_main(other, "store", "export", "runs")
    path = other / "runs" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    (first,) = (key for key, run in manifest["runs"].items() if run["post"] == "posts/three.md")
    manifest["runs"][first]["device"] = "gpu"
    manifest["pins"] = {
        "cpu": {"Python": "3.1"},
        "gpu": {"numpy": manifest["pins"]["cpu"]["numpy"]},
    }
    path.write_text(json.dumps(manifest), encoding="utf-8")
    code, said = run_main(filled, "store", "import", str(other / "runs"))
    assert code == 0
    assert (
        "runs on the CPU were made with other versions, and left out: Python 3.1 (here 3." in said
    )
    assert "1 run imported" in said
    assert first in "".join(objects(filled)).replace("/", "")


def test_altered_run_is_left_out(filled: Path, other: Path) -> None:
    run_main(filled, "store", "export", str(other / "runs"))
    first, second = sorted((other / "runs" / "runs").iterdir())
    first.write_bytes(first.read_bytes().replace(b"0.1", b"9.1"))
    code, said = run_main(other, "store", "import", "runs")
    assert code == 1
    assert "1 run imported, 0 stored already." in said
    assert f"runs: run {first.stem[:12]} is damaged, or of another version" in said
    assert [name.replace("/", "") for name in objects(other)] == [second.name]


def test_own_run_is_not_replaced(filled: Path, other: Path) -> None:
    run_main(filled, "store", "export", str(other / "runs"))
    run_main(other, "store", "import", "runs")
    before = objects(other)
    (member,) = sorted((other / "runs" / "runs").iterdir())[:1]
    body = member.read_bytes().partition(b"\n")[2].replace(b"2026-11-20", b"2026-11-21")
    member.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert run_main(other, "store", "import", "runs")[0] == 0
    assert objects(other) == before


def test_archive_that_ends_too_early(filled: Path, other: Path) -> None:
    run_main(filled, "store", "export", str(other / "runs.tar.gz"))
    path = other / "runs.tar.gz"
    plain = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(plain[: plain.rindex(b".run") + 700])[:-8])
    code, said = run_main(other, "store", "import", "runs.tar.gz")
    assert code == 1
    assert "runs.tar.gz: ends too early: copy it again." in said
    assert run_main(other, "store", "verify")[0] == 0


def packed(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


MANIFEST = json.dumps({"version": 1, "runner": RUNNER_VERSION, "runs": {}}).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read: it is not a compressed tar file."),
        (b"\x1f\x8b", "cannot be read: it is not a compressed tar file."),
        (b"words", "cannot be read: it is not a compressed tar file."),
        (packed(), "is not an archive of runs: its first file is no manifest.json."),
        (packed(("a.txt", b"{}")), "is not an archive of runs"),
        (packed(("manifest.json", b"[]")), "is not an archive of runs"),
        (packed(("manifest.json", b"[" * 9999)), "is not an archive of runs"),
        (
            packed(("manifest.json", b'{"version": 1, "runner": 1}')),
            "comes from another version of elevenlines (runner 1; here",
        ),
    ],
    ids=["empty", "head", "words", "no-members", "no-manifest", "list", "deep", "version"],
)
def test_what_is_no_archive_is_refused(other: Path, content: bytes, message: str) -> None:
    (other / "runs.tar.gz").write_bytes(content)
    code, said = run_main(other, "store", "import", "runs.tar.gz")
    assert (code, f"runs.tar.gz: {message}" in said) == (1, True), said
    assert objects(other) == {}


def bomb(name: str, kind: bytes = tarfile.REGTYPE, number: int = 1) -> bytes:
    """Return an archive of a few kilobytes with a member of 200 MB behind `number - 1` others."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb") as compressed:
        for size in [0] * (number - 1) + [200 * 2**20]:
            info = tarfile.TarInfo(name)
            info.size, info.type = size, kind
            compressed.write(info.tobuf())
        for _ in range(200):
            compressed.write(bytes(2**20))
    return target.getvalue()


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (["manifest.json"], "`manifest.json` in it has 209,715,200 bytes; a run has "),
        (
            ["x", tarfile.REGTYPE, 1_000],
            "`x` in it has 209,715,200 bytes; a run has 67,108,864 at most",
        ),
        (["x", tarfile.XHDTYPE], "cannot be read: it is not a compressed tar file."),
        (["x", tarfile.GNUTYPE_LONGNAME], "cannot be read: it is not a compressed tar file."),
    ],
    ids=["manifest", "behind-many", "attributes", "name"],
)
def test_archive_that_is_large_unpacked_is_refused_soon(
    other: Path, member: Any, message: str
) -> None:
    path, content = other / "runs.tar.gz", bomb(*member)
    if message.startswith("`x`"):
        plain = gzip.decompress(packed(("manifest.json", MANIFEST)))[: 2 * 512]
        content = gzip.compress(plain) + content
    path.write_bytes(content)
    start = time.process_time()
    code, said = run_main(other, "store", "import", "runs.tar.gz")
    assert (code, f"runs.tar.gz: {message}" in said) == (1, True), said
    assert time.process_time() - start < 10


def test_archive_of_files_that_are_no_runs_is_refused(other: Path) -> None:
    members = [(f"{number}.txt", b"") for number in range(1_001)]
    (other / "runs.tar.gz").write_bytes(packed(("manifest.json", MANIFEST), *members))
    code, said = run_main(other, "store", "import", "runs.tar.gz")
    assert (code, "most of its files are no runs" in said) == (1, True), said


def test_only_some_damaged_runs_are_named(other: Path) -> None:
    members = [(f"runs/{number:064x}.run", b"") for number in range(15)]
    (other / "runs.tar.gz").write_bytes(packed(("manifest.json", MANIFEST), *members))
    code, said = run_main(other, "store", "import", "runs.tar.gz")
    assert code == 1
    assert said.count("is damaged") == 10
    assert "so are 5 more runs." in said


def test_members_of_other_names_are_ignored(other: Path) -> None:
    evil = packed(
        ("manifest.json", MANIFEST), ("../evil.run", b"x"), ("runs/../../evil.run", b"x"),
        ("/tmp/evil.run", b"x"), ("runs/short.run", b"x"),
    )  # fmt: skip
    (other / "runs.tar.gz").write_bytes(evil)
    _, said = run_main(other, "store", "import", "runs.tar.gz")
    assert said == "0 runs imported, 0 stored already.\n"
    assert not list(other.parent.rglob("evil.run"))


def test_missing_archive_is_named(elevenlines: Elevenlines) -> None:
    code, said = elevenlines("store", "import", "none.tar.gz")
    assert (code, said.startswith("none.tar.gz: ")) == (1, True)


def test_verify_names_a_damaged_run(filled: Path) -> None:
    path = next((filled / ".elevenlines" / "store").glob("??/*.run"))
    path.write_bytes(path.read_bytes()[:-1])
    code, said = run_main(filled, "store", "verify")
    assert code == 1
    assert f"{path.relative_to(filled)}: is damaged, and counts as absent. Delete it.\n" in said
    assert said.endswith("2 runs checked, 1 sound.\n")
