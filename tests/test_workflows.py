"""What the workflows run, and what each job may do."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
REPORT = ".ci/report-drift"
PUSH = ROOT / ".ci" / "push-notebooks"


def jobs(workflow: Path) -> dict[str, Any]:
    """Return the jobs of a workflow, by name."""
    found: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return found


def commands(job: Any) -> list[list[str]]:
    """Return the commands that a job runs, split into words."""
    return [shlex.split(step["run"]) for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_steps_run_targets_and_scripts_that_exist(workflow: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    for job in jobs(workflow).values():
        for command, *words in commands(job):
            if command == "make":
                assert words[0] in targets
            else:
                assert command.startswith(".ci/")
                assert os.access(ROOT / command, os.X_OK)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_packages_are_installed_from_a_lock_before_anything_needs_them(workflow: Path) -> None:
    for name, job in jobs(workflow).items():
        targets = [words[1] for words in commands(job) if words[0] == "make"]
        if name == "gpu":  # the build of torch is its machine's; it gives runs to others, no more
            [upload] = [step for step in job["steps"] if "upload" in step.get("uses", "")]
            assert upload["with"]["path"] == ".elevenlines/store"
            assert job["permissions"] == {"contents": "read"}
        else:
            assert targets[:1] in ([], ["locked"])


def test_jobs_that_may_write_run_nothing_that_was_installed() -> None:
    every = {name: job for workflow in WORKFLOWS for name, job in jobs(workflow).items()}

    writing = {name for name, job in every.items() if "write" in job["permissions"].values()}
    assert writing == {"notebooks", "deploy", "report"}
    for name in writing:
        assert {words[0] for words in commands(every[name])} <= {".ci/push-notebooks", REPORT}


def test_what_is_published_comes_from_the_job_that_built_it_after_verification() -> None:
    publish = jobs(ROOT / ".github" / "workflows" / "publish.yml")

    for name in ("notebooks", "deploy"):
        job = publish[name]
        assert set(job["needs"]) == {"build", "verify"}
        [download] = [step for step in job["steps"] if "download-artifact" in step.get("uses", "")]
        assert re.fullmatch(
            r"\$\{\{ needs\.build\.outputs\.\w+ \}\}", download["with"]["artifact-ids"]
        )
    verify = publish["verify"]
    assert verify["permissions"] == {"contents": "read"}
    assert not any("upload" in step.get("uses", "") for step in verify["steps"])


def test_all_parts_of_the_posts_are_run_before_the_site_is_built() -> None:
    publish = jobs(ROOT / ".github" / "workflows" / "publish.yml")

    parts = publish["runs"]["strategy"]["matrix"]["part"]
    assert parts == [*range(1, len(parts) + 1)]
    [run] = [step for step in publish["runs"]["steps"] if "make runs" in step.get("run", "")]
    assert run["env"]["PART"] == "${{ matrix.part }}/${{ strategy.job-total }}"
    assert publish["build"]["needs"] == ["runs", "gpu"]


def test_without_a_gpu_its_job_does_nothing_and_succeeds() -> None:
    job = jobs(ROOT / ".github" / "workflows" / "publish.yml")["gpu"]

    assert "if" not in job
    assert {step["if"] for step in job["steps"]} == {"${{ vars.GPU_RUNNER != '' }}"}


def test_pins_of_the_gpu_replace_those_of_the_cpu(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("# pins\nnumpy==2.4.6\ntorch==2.13.0\n")
    (tmp_path / "constraints-gpu.txt").write_text("torch==2.11.0\n")
    shown = ["make", "--dry-run", "--file", str(ROOT / "Makefile"), "gpu"]
    script = subprocess.run(shown, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    [merge] = re.findall(r"^awk .*?constraints\.txt$", script, re.MULTILINE | re.DOTALL)

    (tmp_path / "build").mkdir()
    command = ["bash", "-c", merge]
    subprocess.run(command, cwd=tmp_path, check=True)
    merged = (tmp_path / "build" / "constraints.txt").read_text().splitlines()
    assert [line for line in merged if "==" in line] == ["torch==2.11.0", "numpy==2.4.6"]


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """Return a repository with one commit on `main`."""
    remote = tmp_path / "remote.git"
    work = tmp_path / "work"
    git("init", "--quiet", "--bare", "--initial-branch", "main", str(remote))
    git("init", "--quiet", "--initial-branch", "main", str(work))
    name = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    git("-C", str(work), *name, "commit", "--quiet", "--allow-empty", "--message", "First")
    git("-C", str(work), "push", "--quiet", str(remote), "main")
    return remote


def git(*arguments: str) -> str:
    """Run git without the settings of this machine; return what it prints."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def push(folder: Path, remote: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that pushes notebooks."""
    command = [str(PUSH), str(folder), str(remote)]
    environment = {**os.environ, "TOKEN": "secret"}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def notebooks(folder: Path, *names: str) -> Path:
    """Write a folder with notebooks."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return folder


def test_push_replaces_the_branch_of_notebooks_and_no_other(tmp_path: Path, remote: Path) -> None:
    main = git("-C", str(remote), "rev-parse", "main")

    first = push(notebooks(tmp_path / "first", "a/a.ipynb", "b/b.ipynb"), remote)
    second = push(notebooks(tmp_path / "second", "b/b.ipynb", "b/c d.ipynb"), remote)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    tree = git("-C", str(remote), "ls-tree", "-r", "--name-only", "notebooks")
    assert tree.splitlines() == ["b.ipynb", "c d.ipynb"]
    assert git("-C", str(remote), "rev-list", "--count", "notebooks") == "1"
    branches = git("-C", str(remote), "for-each-ref", "--format=%(refname)")
    assert branches.splitlines() == ["refs/heads/main", "refs/heads/notebooks"]
    assert git("-C", str(remote), "rev-parse", "main") == main


@pytest.mark.parametrize("stranger", ["a/run.sh", "a/link.ipynb", "b/a.ipynb"])
def test_push_refuses_what_the_site_does_not_make(
    tmp_path: Path, remote: Path, stranger: str
) -> None:
    folder = notebooks(tmp_path / "made", "a/a.ipynb")
    if "link" in stranger:
        (folder / stranger).symlink_to("/etc/hosts")
    else:
        notebooks(folder, stranger)

    done = push(folder, remote)

    assert done.returncode == 1
    assert "nothing is pushed" in done.stderr
    assert "notebooks" not in git("-C", str(remote), "for-each-ref")


GH = """\
#!/bin/sh
for word; do
    case $word in /*) cat "$word" >"$SAID.body" ;; esac
done
echo "$1 $2" >>"$SAID"
if [ "$1 $2" = "issue list" ]; then echo "$OPEN"; fi
"""
"""GitHub's command line: it notes what it is asked to do."""


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., tuple[list[str], str]]:
    """Run the script that reports drift; return what it asked of GitHub, and the text it sent."""
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH)
    program.chmod(0o755)
    said = tmp_path / "said"

    def run(text: bytes, result: str, *, number: str = "") -> tuple[list[str], str]:
        (tmp_path / "drift.txt").write_bytes(text)
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "SAID": str(said), "OPEN": number}
        command = [str(ROOT / REPORT), str(tmp_path / "drift.txt"), result]
        subprocess.run(command, check=True, env=environment)
        body = Path(f"{said}.body")
        return said.read_text().splitlines()[1:], body.read_text() if body.exists() else ""

    return run


@pytest.mark.parametrize(
    ("result", "number", "asked"),
    [
        ("failure", "", ["label create", "issue create"]),
        ("failure", "7", ["issue edit"]),
        ("success", "7", ["issue close"]),
        ("success", "", []),
    ],
)
def test_drift_keeps_one_issue(
    report: Callable[..., tuple[list[str], str]], result: str, number: str, asked: list[str]
) -> None:
    said, body = report(b"broke    posts/a.md: it does not run", result, number=number)
    assert said == asked
    assert ("broke    posts/a.md" in body) == (result == "failure")


def test_report_of_drift_stays_in_its_block(
    report: Callable[..., tuple[list[str], str]],
) -> None:
    hostile = b"\n~~~~~~~~~~~~~~~\n# @everyone\r\n\0~~~\xff" + 200_000 * b"\xe2\x86\x92"
    _, body = report(hostile, "failure")
    fences = [line for line in body.splitlines() if line.startswith("~~~")]
    assert fences == ["~~~~~~~~~~~~text", "~~~~~~~~~~~~"]
    assert len(body.encode()) < 65_536


@pytest.mark.parametrize("address", ["", "/", "http://localhost:8000/", "https://"])
def test_publishing_needs_the_address_of_the_site(address: str) -> None:
    command = ["make", "address", f"SITE_URL={address}"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert f'SITE_URL: "{address}" is not the address of a site' in done.stderr


def test_publishing_takes_the_address_of_the_site() -> None:
    command = ["make", "address", "SITE_URL=https://ada.github.io/notes/"]
    subprocess.run(command, cwd=ROOT, check=True)
