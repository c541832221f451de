"""`elevenlines prove` on programs of all kinds, in folders that are no site.

To add a case: a folder in `tests/cases/prove/usage`, if nothing is run, or in `runs`; the first
line of its `expected.txt` is the command. `pytest --update` writes what it says below that.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from site_tools.evidence.author_report import _REMEDIES
from site_tools.proving.wording import in_options
from tests.support.projects import CASES, run_main

HERE = CASES / "prove"

Expect = Callable[[Path, str], None]


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep runs in a folder of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def said(case: Path, folder: Path, *further: str) -> tuple[int, str]:
    """Run the command of a case in a copy of its folder."""
    command = case.joinpath("expected.txt").read_text(encoding="utf-8").split("\n")[0]
    shutil.copytree(case, folder, dirs_exist_ok=True)
    words = shlex.split(command)[2:]
    here = words.index("--") if "--" in words else len(words)
    code, text = run_main(folder, *words[:here], *further, *words[here:])
    lines = [line for line in text.splitlines() if "at a time; each is" not in line]
    return code, "\n".join([command, *lines, f"exit code {code}", ""])


@pytest.mark.parametrize("case", sorted((HERE / "usage").iterdir()), ids=lambda case: case.name)
def test_wrong_usage_says_what_to_write(case: Path, tmp_path: Path, expect: Expect) -> None:
    code, text = said(case, tmp_path)

    assert code == 2
    expect(case / "expected.txt", text)


@pytest.mark.slow
@pytest.mark.xdist_group("prove")
@pytest.mark.parametrize("case", sorted((HERE / "runs").iterdir()), ids=lambda case: case.name)
def test_run(case: Path, tmp_path: Path, expect: Expect) -> None:
    code, text = said(case, tmp_path / "program", "--html", "../a.html", "--markdown", "../a.md")

    assert code in {0, 1}
    expect(case / "expected.txt", text)
    assert not (tmp_path / "program" / ".elevenlines").exists()
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    title = "This program learns." if code == 0 else "This program is not shown to learn."
    assert title in page
    assert "http" not in page.replace("http://www.w3.org/", "")
    assert ("learns" if code == 0 else "is not shown to learn") in (tmp_path / "a.md").read_text()


@pytest.mark.slow
@pytest.mark.xdist_group("prove")
def test_numbers_come_from_stored_runs_the_second_time(tmp_path: Path) -> None:
    case = HERE / "runs" / "script"
    said(case, tmp_path)
    (tmp_path / "__pycache__").mkdir(exist_ok=True)
    command = shlex.split((case / "expected.txt").read_text(encoding="utf-8").split("\n")[0])[2:]
    code, text = run_main(tmp_path, *command[:-3], "--json", *command[-3:])

    numbers = json.loads(text[text.index("{") :])
    assert code == 0
    assert "at a time" not in text
    assert numbers["learns"] is True
    assert numbers["verdict"] == "accepted"
    assert {one["where"] for one in numbers["switched_off"]} == {"net.py:16", "net.py:17"}
    assert len(numbers["seeds"]) == 8
    assert all(value > 0.2 for value in numbers["learning_off"])


def test_reports_speak_of_a_program_and_its_options() -> None:
    texts = [
        "If that is where the network learns, add to the claim:   freeze: [a, b]",
        "Bind `max_iter = 200`, and say `set: {max_iter: 1}`, or `shuffle: y_train`.",
        *_REMEDIES.values(),
    ]

    assert in_options(texts[0]).endswith("add:   --freeze a,b")
    assert in_options(texts[1]).endswith("say `--set max_iter=1`, or `--shuffle y_train`.")
    assert all("post" not in in_options(text) for text in texts)
