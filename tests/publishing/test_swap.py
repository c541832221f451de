"""The new site takes the place of the old one in one step."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from site_tools.model.errors import BadProject
from site_tools.publishing.swap import not_writable, replace_site

SWAPS = 300


def render(folder: Path) -> None:
    folder.with_name(f"{folder.name}.tmp").mkdir()  # as a killed renderer leaves it
    (folder / "index.html").write_text("a page", encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the step")
def test_there_is_a_site_at_any_moment(tmp_path: Path) -> None:
    build = tmp_path / "build"
    build.mkdir()
    replace_site(tmp_path / "site", build, render)
    page = tmp_path / "site" / "index.html"
    ended, missing = Event(), []

    def look() -> None:
        while not ended.is_set():
            if not page.is_file():
                missing.append("missing")

    looking = Thread(target=look)
    looking.start()
    for _ in range(SWAPS):
        replace_site(tmp_path / "site", build, render)
    ended.set()
    looking.join()
    assert missing == []
    assert list(build.iterdir()) == []


def test_what_killed_builds_left_is_removed(tmp_path: Path) -> None:
    for name in ("site.old", "site.new-1", "site.new-2.tmp"):
        (tmp_path / "build" / name / "posts").mkdir(parents=True)
    replace_site(tmp_path / "site", tmp_path / "build", render)
    assert (tmp_path / "site" / "index.html").is_file()
    assert list((tmp_path / "build").iterdir()) == []


def test_a_mount_is_named(tmp_path: Path) -> None:
    """`site/` as a mount of its own, where this machine lets us make one."""
    for name in ("site", "build"):
        (tmp_path / name).mkdir()
    program = f"""
from pathlib import Path
from site_tools.publishing.swap import replace_site
folder = Path({str(tmp_path)!r})
replace_site(folder / "site", folder / "build", lambda new: (new / "index.html").write_text("x"))
"""
    shell = 'mount -t tmpfs tmpfs "$1" || exit 77; exec "$2" -c "$3"'
    command = ["unshare", "-Urm", "sh", "-c", shell, "sh", str(tmp_path / "site"), sys.executable]
    try:
        done = subprocess.run([*command, program], check=False, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("this system has no `unshare`")
    if "BadProject" not in done.stderr:
        pytest.skip(f"no mounts here: {done.stderr[-200:]}")
    assert "It is a mount of its own" in done.stderr
    assert "Free some space" not in done.stderr


def test_other_errors_are_about_space_and_permissions() -> None:
    error = OSError(errno.ENOSPC, "No space left on device")
    assert isinstance(not_writable("site", error), BadProject)
    assert "Free some space" in str(not_writable("site", error))
    assert "mount" in str(not_writable("site", OSError(errno.EXDEV, "Invalid cross-device link")))
