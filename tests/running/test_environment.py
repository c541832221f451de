"""Which environment the process of a post gets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from site_tools.model.claim import Condition, Kind
from site_tools.model.errors import BadProject
from site_tools.running.environment import hash_seed, readable, variables

INHERITED = {"PATH": "/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C", "PYTHONPATH": "here"}
SECRET = {"TOKEN": "1", "MY_PATH": "1", "PATHS": "1", "PYTHONSTARTUP": "1", "OMP_NUM_THREADS": "9"}


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_only_what_cannot_change_a_result_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**INHERITED, **SECRET}.items():
        monkeypatch.setenv(name, value)
    given = variables()
    assert {name: given[name] for name in INHERITED} == INHERITED
    assert given.keys().isdisjoint(SECRET.keys() - {"OMP_NUM_THREADS"})
    assert (given["OMP_NUM_THREADS"], given["PYTHONHASHSEED"]) == ("1", "0")
    assert Path(given["MATPLOTLIBRC"]).is_file()


def test_only_a_sham_has_another_hash_seed() -> None:
    kinds: list[Kind] = ["published", "sham", "seed", "control", "shuffle", "curve", "flat"]
    seeds = {kind: hash_seed(Condition(kind)) for kind in kinds}
    assert [kind for kind in kinds if seeds[kind] != seeds["published"]] == ["sham"]
    assert variables(hash_seed=seeds["sham"])["PYTHONHASHSEED"] == str(seeds["sham"])


def test_gpu_is_hidden_from_a_post_for_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert variables()["CUDA_VISIBLE_DEVICES"] == ""
    assert variables("gpu")["CUDA_VISIBLE_DEVICES"] == "1"


def test_fonts_are_in_the_cache_of_the_user(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "elevenlines" / "matplotlib"
    assert variables()["MPLCONFIGDIR"] == str(folder)
    assert folder.is_dir()
    assert readable() == [folder]


def test_unwritable_home_falls_back_to_the_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    (folder,) = readable()
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700


def test_home_without_permission_falls_back_to_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    (folder,) = readable()
    assert folder.parent == tmp_path


def test_temporary_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    with pytest.raises(BadProject, match="4321"):
        readable()
