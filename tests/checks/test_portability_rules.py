"""What would fail in a reader's script is found before it runs, and nothing else is.

`tests/cases/portability/` has a file of refused and one of accepted code for each rule. A line
`# ---` begins another post, `# %%` another cell, and `# here` marks a line that is reported, with
one `here` for each problem.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from site_tools.checks.portability_rules import portability_problems
from site_tools.project import Project
from tests.support.posts import code_post
from tests.support.projects import CASES, ROOT

pytestmark = pytest.mark.filterwarnings("ignore:invalid escape")

PINS = Project(ROOT).pins


def _posts(kind: str) -> list[object]:
    return [
        pytest.param(code, id=f"{path.stem.split('.')[0]}-{number}")
        for path in sorted(CASES.glob(f"portability/*.{kind}.py"))
        for number, code in enumerate(path.read_text(encoding="utf-8").split("# ---\n"), 1)
    ]


def _reported(code: str) -> list[int]:
    return sorted(p.place.line for p in portability_problems(code_post(code), PINS, ROOT))


@pytest.mark.parametrize("code", _posts("refused"))
def test_line_is_reported(code: str) -> None:
    lines = enumerate(code.split("\n"), 1)
    assert _reported(code) == [n for n, line in lines for _ in re.findall(r"\bhere\b", line)]


@pytest.mark.parametrize("code", _posts("accepted"))
def test_nothing_is_reported(code: str) -> None:
    assert _reported(code) == []


SPAWN = "import multiprocessing\nmultiprocessing.set_start_method('spawn', force=True)\n"
"""As on macOS and Windows."""

WAIT = """\
import asyncio
from concurrent.futures import ThreadPoolExecutor
async def main():
    print(await asyncio.sleep(0, 7))
"""
POOL = "    with Pool(2) as pool:\n        print(pool.map(abs, [-1]))"

THREADS = "from concurrent.futures import ThreadPoolExecutor\n"
PROCESS = "import multiprocessing as mp\nprocess = mp.Process(target=print)\n"

REMEDIES = {
    "display, with print": ("display(1)", "print(1)"),
    "display, with an import": (
        "display(1)",
        "from IPython.display import display\ndisplay(1)",
    ),
    "last value": ("2\n# %%\nprint(_)", "two = 2\n# %%\nprint(two)"),
    "shell": ("a = 1\nget_ipython()", "a = 1"),
    "await": (
        "import asyncio\nprint(await asyncio.sleep(0, 7))",
        WAIT + "ThreadPoolExecutor().submit(asyncio.run, main()).result()",
    ),
    "future": (
        "a = 1\n# %%\nfrom __future__ import annotations",
        "from __future__ import annotations\na = 1",
    ),
    "escape, raw": (r'a = "\d"', r'a = r"\d"'),
    "escape, two backslashes": (r'a = "\d"', r'a = "\\d"'),
    "pool": (
        "from multiprocessing import Pool\nif True:\n" + POOL,
        "from multiprocessing import Pool\nif __name__ == '__main__':\n" + POOL,
    ),
    "pool in a function": (
        f"from multiprocessing import Pool\ndef f():\n{POOL}\nf()",
        f"from multiprocessing import Pool\ndef f():\n{POOL}\nif __name__ == '__main__':\n    f()",
    ),
    "pool, of threads": (
        "from multiprocessing import Pool\nprint(Pool(2).map(abs, [-1]))",
        f"{THREADS}print(list(ThreadPoolExecutor(2).map(abs, [-1])))",
    ),
    "process": (
        PROCESS + "process.start()",
        PROCESS + "if __name__ == '__main__':\n    process.start()",
    ),
    "output": (
        "import io, sys\nsys.stdout = io.StringIO()\nprint(1)",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    print(1)",
    ),
    "own file": ("from pathlib import Path\nPath(__file__).parent", "from pathlib import Path"),
    "file": ("print(open('a.txt').read())", "print('the text of a.txt')"),
}
"""Code that is reported, and the same code after its author has followed the message."""


@pytest.mark.parametrize("name", REMEDIES)
def test_remedy_works(name: str, tmp_path: Path) -> None:
    wrong, right = REMEDIES[name]
    assert _reported(wrong)
    assert not _reported(right)
    script = tmp_path / "post.py"
    script.write_text(SPAWN + right if "import" in right and "future" not in right else right)
    command = [sys.executable, "-W", "error", script.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["pool", "pool in a function", "process"])
def test_program_without_guard_fails_where_processes_are_spawned(name: str, tmp_path: Path) -> None:
    script = tmp_path / "post.py"
    script.write_text(SPAWN + REMEDIES[name][0].replace("Pool(2)", "Pool(1)") + "\n")
    with subprocess.Popen(
        [sys.executable, script.name], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert any("bootstrapping phase" in line for line in process.stderr)
        process.kill()


NAMED = {
    "numpy": "import numpy as np",
    "torch": "from torch import nn",
    "scipy": "from sklearn.datasets import load_digits",
    "joblib": "from sklearn.datasets import load_digits",
    "random": "a = 1",
    "types": "import numpy as np",
    "statistics": "import random",
    "queue": "a = 1",
}
NOT_NAMED = {
    "numbers-and-names": "import numpy as np",
    "scipy": "import numpy as np",
    "torch": "import numpy as np",
    "pytorch": "import torch",
    "markdown": "import numpy as np",
    "docs": "import numpy as np",
    "autograd": "import numpy as np",
}


@pytest.mark.parametrize("slug", NAMED)
def test_name_that_hides_a_module_is_reported(slug: str) -> None:
    (problem,) = portability_problems(code_post(NAMED[slug], slug), PINS, ROOT)
    assert f"{slug}.py" in problem.what
    remedy = f"about-{slug}"
    assert f"`{remedy}`" in problem.remedy
    assert not list(portability_problems(code_post(NAMED[slug], remedy), PINS, ROOT))


@pytest.mark.parametrize("slug", NOT_NAMED)
def test_other_name_is_accepted(slug: str) -> None:
    assert not list(portability_problems(code_post(NOT_NAMED[slug], slug), PINS, ROOT))
