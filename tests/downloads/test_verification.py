"""Downloads that do not run by themselves, or not as the page says, are found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.project import Project
from tests.support.posts import CLAIM, LEARN, NONE, edit, write, write_learning
from tests.support.projects import ROOT, Elevenlines

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("verify")]

OURS = '"MPLBACKEND" in os.environ'
"""True where a post is run by us, and nowhere else."""

CODE = {
    "a package that nothing states": f"a = 1\n__import__('filelock'){LEARN}",
    "a warning": f"import os, warnings\n\na = 1\nif not {OURS}:\n    warnings.warn('old'){LEARN}",
    "a number of this machine": f"import os\n\na = 1 + ({OURS}){LEARN}",
    "no end": (
        f"import os, sys, time\n\na = 1\n"
        f"while sys.argv[0].endswith('post.py') and not {OURS}: time.sleep(9){LEARN}"
    ),
    "another program where it is not tested": (
        f"import os\n\na = 1{LEARN}\nif not {OURS}:\n    w = 4 - 4 * 0.5**30"
    ),
    "an update that something needs": (
        f"import os\n\na = 1{LEARN}\nif w < 3 and not {OURS}:\n    raise ValueError(w)"
    ),
    "an exercise that needs no answer": f"a = 1{LEARN}\n```\n\n```python\na, w = 1, 4.0",
}

SAID = {
    "a package that nothing states": (
        "posts/post.md:19: post.py does not run by itself: ModuleNotFoundError: No module named "
        "'filelock'. It asks for nothing. `packages` adds what it needs."
    ),
    "a warning": (
        "posts/post.md:22: post.py does not run by itself: UserWarning: old. Readers run it with "
        "`python`, alone in a folder. Fix the post."
    ),
    "a number of this machine": (
        "posts/post.md:1: post.py does not reach what the page says.\n"
        "  the page  It finds four: 0.02 (goal: < 0.05)\n"
        "  post.py  It finds four: 0.01 (goal: < 0.05)\n"
        "  Is something random without a seed, or does it depend on the machine?"
    ),
    "no end": ("posts/post.md:1: post.py does not run by itself: it did not end within 6 s."),
    "another program where it is not tested": (
        "posts/post.md:8: post-learning-off.py does not end where the control ended.\n"
        "  the control  abs(4 - w) + a / 100 = 4.01\n"
        "  post-learning-off.py  abs(4 - w) + a / 100 = 0.0100000037253\n"
        "  It is the post without its updates, run outside of this project. Does the post act "
        "differently when it is tested, or does it depend on the machine?"
    ),
    "an update that something needs": (
        "posts/post.md:8: post-learning-off.py does not run: ValueError: 0.0. It is the post "
        "without its updates. Does a line need them?"
    ),
    "an exercise that needs no answer": (
        "posts/post.md:1: post-exercise-1.ipynb does not pass with the code of the page: Not yet: "
        "It finds four. Cell 1: with what learns struck out, it still ends with 0.01"
    ),
}


@pytest.fixture(autouse=True)
def _our_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use those in which this site's own downloads are verified."""
    monkeypatch.setattr(Project, "environments", Project(ROOT).environments)


def test_downloads_are_verified_once(project: Path, elevenlines: Elevenlines) -> None:
    post = write_learning(project, "post")
    status, said = elevenlines("verify")
    assert (status, "1 post verified, 0 unchanged." in said) == (0, True), said
    assert "0 posts verified, 1 unchanged." in elevenlines("verify")[1]
    edit(post, "a = 1", "a = 2")
    assert "1 post verified, 0 unchanged." in elevenlines("verify")[1]
    assert "1 post verified, 0 unchanged." in elevenlines("verify", "--again")[1]
    assert not (project / "site").exists()


@pytest.mark.parametrize("name", CODE)
def test_verify_reports_the_fault(name: str, project: Path, elevenlines: Elevenlines) -> None:
    post = write(project, "post", CODE[name])
    edit(post, NONE, CLAIM)
    elevenlines("run")  # within its own limit
    limit = ["--timeout", "6"] if name == "no end" else []
    status, answer = elevenlines("verify", *limit)
    assert SAID[name] in answer, answer
    assert status == 1
    assert not (project / ".elevenlines" / "verified.json").exists()


def test_only_what_passed_is_counted(project: Path, elevenlines: Elevenlines) -> None:
    write_learning(project, "sound")
    for name, ending in {"ends-early": "os._exit(0)", "ends-politely": "exit()"}.items():
        post = write(project, name, f"import os\n\na = 1\nif not {OURS}:\n    {ending}{LEARN}")
        edit(post, NONE, CLAIM)
    status, answer = elevenlines("verify")
    assert answer.endswith("\n1 post verified, 0 unchanged, 2 not verified.\n"), answer
    assert status == 1
    again = elevenlines("verify", "sound")[1]
    assert again.endswith("\n0 posts verified, 1 unchanged.\n"), again
