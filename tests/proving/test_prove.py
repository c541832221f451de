"""`elevenlines prove` on programs of all kinds, in folders that are no site.

To add a case: a folder in `tests/cases/prove/usage`, for a wrong command line, in `refused`, if the
program's text shows that nothing can be proved, or in `runs`; the first line of its `expected.txt`
is the command. `pytest --update` writes what it says below that.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from site_tools.evidence.author_report import _REMEDIES
from site_tools.proving.target import target_of
from site_tools.proving.wording import in_options
from tests.support.projects import CASES, ROOT, run_main

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


@pytest.mark.parametrize("case", sorted((HERE / "refused").iterdir()), ids=lambda case: case.name)
def test_names_that_switch_nothing_off_are_refused_before_any_run(
    case: Path, tmp_path: Path, expect: Expect
) -> None:
    code, text = said(case, tmp_path)

    assert code == 1
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
    assert ".strip-plot line.goal" in page
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


@pytest.mark.slow
@pytest.mark.xdist_group("prove")
def test_action_runs_the_command_and_comments_its_card(tmp_path: Path) -> None:
    said(HERE / "runs" / "notebook", tmp_path)  # the runs are stored then
    inputs = {"PROGRAM": "study.ipynb", "METRIC": "error", "GOAL": "< 0.1", "FREEZE": ""}
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    rest = {"CONSTANTS": "", "BASELINE": "", "SEEDS": "8", "TIMEOUT": "60"}
    rest["OPTIONS"] = "--freeze w --jobs 2"
    (tmp_path / "gh").write_text(
        '#!/bin/sh\nfor word; do last=$word; done; cp "$last" commented.md'
    )
    (tmp_path / "gh").chmod(0o755)
    path = os.pathsep.join([str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, **inputs, **files, **rest, "PATH": path, "NUMBER": "1"}

    def step(name: str, **further: str) -> int:
        command = [str(ROOT / ".ci" / name)]
        env = environment | further
        return subprocess.run(command, cwd=tmp_path, env=env, check=False).returncode

    assert step("prove", RUNNER_TEMP=str(tmp_path)) == 1
    lines = (tmp_path / "GITHUB_OUTPUT").read_text().splitlines()
    outputs = dict(line.split("=", 1) for line in lines)
    assert step("comment-card", CARD=outputs["card"]) == 0
    card = (tmp_path / "commented.md").read_text()
    assert card == (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    assert "is not shown to learn" in card
    assert "REFUSED: the goal is met without learning" in card
    assert Path(outputs["page"]).is_file()


def test_action_says_where_the_card_is_if_its_token_may_not_comment(tmp_path: Path) -> None:
    """As for a pull request from a fork."""
    (tmp_path / "gh").write_text("#!/bin/sh\necho 'HTTP 403: not accessible' >&2; exit 1")
    (tmp_path / "gh").chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        [str(ROOT / ".ci" / "comment-card")],
        env={**os.environ, "PATH": path, "NUMBER": "1", "CARD": "card.md"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("::notice::The card is in the summary")


def test_steps_of_the_action_use_its_inputs_and_scripts_only() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    steps = action["runs"]["steps"]

    scripts = [re.findall(r"\.ci/[\w-]+", step.get("run", "")) for step in steps]
    assert all(os.access(ROOT / script, os.X_OK) for found in scripts for script in found)
    assert sum(map(len, scripts)) == 2
    assert not any("${{" in step.get("run", "") for step in steps)
    used = set(re.findall(r"inputs\.(\w+)", (ROOT / "action.yml").read_text()))
    assert used == set(action["inputs"])


def test_a_function_gets_the_arguments_of_its_program(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("def score():\n    return 1\n")

    target = target_of("train.py:score", arguments=["--epochs", "3"], here=tmp_path)

    assert target.launch.arguments == ("--epochs", "3")


def test_reports_speak_of_a_program_and_its_options() -> None:
    texts = [
        "If that is where the network learns, add to the claim:   freeze: [a, b]",
        "Bind `max_iter = 200`, and say `set: {max_iter: 1}`, or `shuffle: y_train`.",
        *_REMEDIES.values(),
    ]

    assert in_options(texts[0]).endswith("add:   --freeze a,b")
    assert in_options(texts[1]).endswith("say `--set max_iter=1`, or `--shuffle y_train`.")
    assert all("post" not in in_options(text) for text in texts)
