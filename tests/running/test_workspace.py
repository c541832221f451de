"""The folder of an engine's jobs: removed in the end, and when its engine was killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from site_tools.model.errors import BadProject
from site_tools.running.workspace import workshop


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_folder_is_removed_in_the_end(tmp_path: Path) -> None:
    with workshop() as folder:
        assert folder.parent == tmp_path
        (folder / "job").mkdir()
    assert list(tmp_path.iterdir()) == []


def test_folder_is_removed_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), workshop():
        raise KeyError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [FileNotFoundError, ConnectionResetError])
def test_folder_that_vanishes_is_named(tmp_path: Path, error: type[OSError]) -> None:
    def vanish() -> None:
        with workshop() as folder:
            shutil.rmtree(folder)
            raise error

    with pytest.raises(BadProject, match="was removed while posts ran"):
        vanish()
    with pytest.raises(error), workshop():
        raise error
    assert list(tmp_path.iterdir()) == []


def test_missing_temporary_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(BadProject, match="there is no temporary folder"), workshop():
        pass


def test_folder_of_a_killed_engine_is_removed(tmp_path: Path) -> None:
    abandoned = tmp_path / "elevenlines-abandoned"
    abandoned.mkdir()
    (abandoned / "lock").touch()
    with workshop():
        assert not abandoned.exists()


def test_folder_of_a_running_engine_is_kept(tmp_path: Path) -> None:
    with workshop() as one, workshop() as other:
        assert one != other
        assert one.is_dir()
    held = tmp_path / "elevenlines-held"
    held.mkdir()
    with (held / "lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with workshop():
            assert held.is_dir()


def test_folder_of_somebody_else_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link may lead anywhere, and another user's folder is not ours to remove."""
    target = tmp_path / "target"
    target.mkdir()
    (target / "lock").touch()
    (tmp_path / "elevenlines-link").symlink_to(target)
    with workshop():
        assert target.is_dir()
    theirs = tmp_path / "elevenlines-theirs"
    theirs.mkdir()
    (theirs / "lock").touch()
    monkeypatch.setattr("os.getuid", lambda: 4321)
    with workshop():
        assert theirs.is_dir()


def test_processes_that_start_together_keep_their_folders(tmp_path: Path) -> None:
    with ProcessPoolExecutor(6, get_context("fork")) as pool:
        lost = [pool.submit(_lost, tmp_path, 150) for _ in range(6)]
        assert sum(one.result() for one in lost) == 0


def _lost(place: Path, times: int) -> int:
    """Return how often a new folder is removed by another process that makes one."""
    tempfile.tempdir = str(place)
    lost = 0
    for _ in range(times):
        with suppress(BadProject), workshop() as folder:
            lost += not (folder / "lock").exists()
    return lost
