"""A new site: complete, sound from its first minute, and never on top of something else."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import IO

import pytest
import yaml

from site_tools.commands import init as command
from site_tools.commands.init import NEEDED, init
from site_tools.commands.package_source import PackageSource, source_of
from site_tools.model.errors import BadUsage
from site_tools.posts.dependencies import read_pins
from site_tools.posts.site_options import Colours, DarkColours
from site_tools.posts.site_settings import read_settings
from tests.support.projects import ROOT, contents, run_main

TITLES = [
    "My site",
    'Small: "nets" & <b>more</b>',
    "yes",
    "2026",
    "# one",
    "- two",
    "It's $5 @@title {{ x }}",
    "学習",
    "*Ink* `and` [paper](x)",
]


@pytest.mark.parametrize("title", TITLES)
def test_new_site_is_sound(title: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    arguments = ("--title", title, "--author", title, "--url", "https://example.org/a,b", "--yes")
    code, said = run_main(tmp_path, "init", "site", *arguments)
    assert code == 0, said
    settings = read_settings(folder / "mkdocs.yml")
    assert (settings.site_name, settings.site_url) == (title, "https://example.org/a,b/")
    authors = yaml.safe_load((folder / "posts" / ".authors.yml").read_text(encoding="utf-8"))
    assert [about["name"] for about in authors["authors"].values()] == [title]
    assert run_main(folder, "check") == (0, "1 post checked, no problems found.\n")


def test_settings_are_short(tmp_path: Path) -> None:
    run_main(tmp_path, "init", ".", "--yes")
    assert len((tmp_path / "mkdocs.yml").read_text(encoding="utf-8").splitlines()) <= 35


def test_pins_are_the_installed_versions(tmp_path: Path) -> None:
    run_main(tmp_path, "init", ".", "--yes", "--package", "elevenlines")
    new, ours = read_pins(tmp_path / "constraints.txt"), read_pins(ROOT / "constraints.txt")
    assert {"elevenlines", "numpy", "pytest", "mkdocs", "jinja2"} <= new.keys()
    assert {name: version for name, version in new.items() if ours.get(name) != version} == {
        "elevenlines": "0.1.0"
    }
    assert {name: ours[name] for name in NEEDED} == NEEDED


def installed_from(monkeypatch: pytest.MonkeyPatch, direct_url: object) -> None:
    """Let this package be installed as an installer notes it; None for an index."""

    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return None if direct_url is None else json.dumps(direct_url)

    monkeypatch.setattr(metadata, "distribution", lambda _: Installed())


def test_site_installs_what_made_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wheel = tmp_path / "a b" / "elevenlines-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"wheel")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "pyproject.toml").touch()
    git = {"url": "https://example.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "0abc"}}
    archive = "https://example.org/elevenlines-0.1.0-py3-none-any.whl"
    for noted, expected in [
        (None, PackageSource("elevenlines", is_pinned=True)),
        (git, PackageSource("elevenlines @ git+https://example.org/x.git@0abc")),
        ({"url": archive, "archive_info": {}}, PackageSource(f"elevenlines @ {archive}")),
        ({"url": wheel.as_uri()}, PackageSource(f"./wheels/{wheel.name}", wheel)),
        (
            {"url": checkout.as_uri(), "dir_info": {"editable": True}},
            PackageSource(f"elevenlines @ {checkout.as_uri()}", here_only=True),
        ),
    ]:
        installed_from(monkeypatch, noted)
        assert source_of(None) == expected
    wheel.unlink()
    installed_from(monkeypatch, {"url": wheel.as_uri()})
    with pytest.raises(BadUsage, match="is where this package was installed from, and is neither"):
        source_of(None)


def test_author_says_what_the_site_installs(tmp_path: Path) -> None:
    wheel = tmp_path / "elevenlines-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    folder = tmp_path / "site"
    code, said = run_main(tmp_path, "init", "site", "--yes", "--package", wheel.name)
    assert code == 0, said
    assert (folder / "wheels" / wheel.name).read_bytes() == b"wheel"
    lines = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert f"./wheels/{wheel.name}" in lines
    assert "elevenlines" not in read_pins(folder / "constraints.txt")
    assert "which only this machine has" not in said
    assert (
        "which only this machine has"
        in run_main(tmp_path, "init", "other", "--yes", "--package", str(ROOT))[1]
    )


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("no/such.whl", "is given by --package, and is neither a wheel nor a folder"),
        ("tests", "`tests`, which is not `elevenlines`"),
        ("eleven lines", "`eleven lines`, which cannot be installed"),
    ],
)
def test_source_that_cannot_be_installed(given: str, wrong: str, tmp_path: Path) -> None:
    code, said = run_main(tmp_path, "init", "site", "--yes", "--package", given)
    assert code == 2
    assert wrong in said
    assert not (tmp_path / "site").exists()


def test_answers_are_asked_for_on_a_terminal(tmp_path: Path) -> None:
    answers = [
        ("Title [My first site]: ", "A site"),
        ("Address, if it has one: ", "example.org"),
        ("Address, if it has one: ", ""),
        ("Colour of links and of what has learned [#1f5fae]: ", "ffcc00"),
        ("Colour of links and of what has learned [#1f5fae]: ", "#7A1FAE"),
        ("Colour of goals [#a8421f]: ", "red"),
        ("Colour of goals [#a8421f]: ", ""),
        ("Colour of what runs with learning off [#7d838b]: ", ""),
        ("Address of a newsletter, if there is one: ", "https://example.org/letter"),
    ]
    said = at_terminal(tmp_path, ["init", "my-first_site", "--author", "Ada"], answers)
    assert "`example.org` is no address. Begin it with https://." in said
    assert "`#ffcc00` on #f4f5f7 has a contrast of 1.39; readers need 4.5. Take a darker" in said
    assert "`#red` is no colour. Write it with six digits, such as #1f5fae." in said
    settings = read_settings(tmp_path / "my-first_site" / "mkdocs.yml")
    colours = settings.options.colours
    assert (settings.site_name, settings.is_local) == ("A site", True)
    assert (colours.light.accent, colours.light.goal) == ("#7a1fae", Colours().goal)
    assert colours.dark.goal == DarkColours().goal
    assert settings.options.newsletter == "https://example.org/letter"
    assert settings.unfit == ()


def at_terminal(folder: Path, command: list[str], answers: list[tuple[str, str]]) -> str:
    """Return what a command says on a terminal of its own; each question must come in its turn."""
    ours, theirs = pty.openpty()
    start = [sys.executable, "-m", "site_tools", *command]
    with subprocess.Popen(start, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = ""
        with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123
            for question, answer in answers:
                while not said.endswith(question):
                    said += terminal.read(1000).decode("utf-8")
                os.write(ours, f"{answer}\n".encode())
                said += "\n"
            while data := read_to_end(terminal):
                said += data.decode("utf-8")
    assert process.returncode == 0, said
    return said


def read_to_end(terminal: IO[bytes]) -> bytes:
    try:
        return terminal.read(1000) or b""
    except OSError:  # Linux says so that the other side is closed
        return b""


COLOURS = ["000000", "#1f5fae", "7a1fae", "#006400", "8b0000", "#5a4500"]


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_can_be_seen_in_both_schemes(colour: str, tmp_path: Path) -> None:
    given = ("--accent", colour, "--goal", colour, "--learning-off", colour)
    code, said = run_main(tmp_path, "init", "site", *given, "--yes")
    assert code == 0, said
    settings = read_settings(tmp_path / "site" / "mkdocs.yml")
    assert settings.unfit == ()
    assert settings.options.colours.light.accent == f"#{colour.removeprefix('#')}"


def test_nothing_is_asked_without_a_terminal(tmp_path: Path) -> None:
    start = [sys.executable, "-m", "site_tools", "init", "a"]
    done = subprocess.run(start, cwd=tmp_path, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0
    assert command.is_terminal() is False


@pytest.mark.parametrize(
    ("lay_out", "wrong"),
    [
        (lambda path: (path / "x.txt").write_text("mine"), "is not empty: it holds `x.txt`."),
        (lambda path: (path / ".git").mkdir(), "is not empty: it holds `.git`."),
        (lambda path: (path.rmdir(), path.write_text("mine")), "is not a folder."),
    ],
    ids=["file", "hidden folder", "no folder"],
)
def test_nothing_is_written_over(lay_out: object, wrong: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    assert callable(lay_out)
    lay_out(folder)
    before = contents(tmp_path)
    code, said = run_main(tmp_path, "init", "site", "--yes")
    assert code == 1
    assert f"site: {wrong}" in said
    assert said.count("\n") == 1
    assert contents(tmp_path) == before


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    code, said = run_main(tmp_path, "init", "/proc/no/site", "--yes")
    assert code == 1
    assert re.fullmatch(r"/proc/no/site: cannot be written: .+\. Choose a .+\n", said)


def test_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter([None] * 5)

    def write(path: Path, data: bytes) -> None:
        try:
            next(left)
        except StopIteration:
            raise OSError(28, os.strerror(28)) from None
        path.write_bytes(data)

    monkeypatch.setattr(command, "write_whole", write)
    code, said = run_main(tmp_path, "init", "site", "--yes")
    assert (code, contents(tmp_path)) == (1, {})
    assert said.startswith("site: cannot be written: No space left on device.")


@pytest.mark.parametrize(
    "answers",
    [
        {"title": " "},
        {"author": ""},
        {"url": "example.org"},
        {"url": "https://[x"},
        {"title": "a\x07b"},
        {"accent": ""},
        {"accent": "teal"},
        {"goal": "#ffcc00"},
        {"newsletter": "letters"},
        {"newsletter": "https://example.org/a b"},
    ],
)
def test_answer_that_cannot_be_used(answers: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BadUsage):
        init(tmp_path / "site", answers, ask=False)
    assert not (tmp_path / "site").exists()
