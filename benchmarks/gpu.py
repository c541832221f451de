"""Check runs on a GPU, on a machine that has one: `python -m benchmarks.gpu FOLDER`.

The posts of `tests/cases/devices` are run on the CPU and on the GPU, in a site whose pins are what
the machine has. Then what goes wrong with GPUs is provoked. If CUDA does not start in the sandbox,
that is said, and posts run without one. Each step is a process of its own with a time limit, so
that a failed one ends no other. The output is printed and written to FOLDER/log; the runs are
exported to FOLDER/runs.tar.gz.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).parents[1]

STARTS_CUDA = """
import sys
from pathlib import Path
from site_tools.model.protocol import Confinement
from site_tools.sandbox import confinement

folder, off = Path(sys.argv[1]), sys.argv[2:]
layers = [] if off else confinement.active()
confinement.start_over(layers)
confinement.enter([folder], Confinement(layers, [], 8 * 2**30, "gpu"))
import torch
try:
    torch.cuda.init()
    print("CUDA starts:", torch.ones(3, device="cuda").sum().item(), flush=True)
except BaseException as error:
    print("CUDA does not start:", type(error).__name__, str(error)[:600], flush=True)
"""


@dataclass(frozen=True)
class Steps:
    """Runs steps, and prints what they print."""

    folder: Path
    """Where the log goes."""
    work: Path
    """Where the site is."""

    def say(self, text: str) -> None:
        """Print a text, and write it to the log."""
        print(text, flush=True)
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            log.write(f"{text}\n")

    def run(self, title: str, command: Sequence[str], seconds: float, *, where: Path) -> str:
        """Run a command; return what it printed, which is cut only on the screen."""
        began = time.monotonic()
        try:
            done = subprocess.run(
                command, cwd=where, capture_output=True, check=False, timeout=seconds
            )
            printed, code = done.stdout + done.stderr, str(done.returncode)
        except subprocess.TimeoutExpired as late:
            printed, code = (late.stdout or b"") + (late.stderr or b""), f"none in {seconds:g} s"
        except OSError as error:
            printed, code = str(error).encode(), "none"
        text = printed.decode("utf-8", "replace").strip()
        took = time.monotonic() - began
        self.say(f"\n=== {title}: exit code {code}, {took:.1f} s\n{text}")
        return text

    def elevenlines(self, title: str, *arguments: str, seconds: float = 150) -> str:
        """Run a command of this project in the site."""
        command = [sys.executable, "-m", "site_tools", *arguments]
        return self.run(title, command, seconds, where=self.work)

    def starts(self, title: str, *options: str) -> bool:
        """Return whether CUDA starts in the sandbox, or with any option outside of it."""
        folder = self.work / "own"
        folder.mkdir(exist_ok=True)
        program = self.work / "starts_cuda.py"
        program.write_text(STARTS_CUDA, encoding="utf-8")
        command = [sys.executable, str(program), str(folder), *options]
        return "CUDA starts" in self.run(title, command, 40, where=folder)


def show_machine(steps: Steps) -> None:
    """Print the GPU, its driver, the versions, and where the driver has its files."""
    asked = "--query-gpu=name,driver_version,memory.total,compute_mode"
    steps.run("nvidia-smi", ["nvidia-smi", asked, "--format=csv"], 30, where=ROOT)
    names = ("numpy", "torch", "setuptools", "pydantic", "ipython", "mkdocs", "pytest")
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} is missing")
    steps.say(f"Python {platform.python_version()}, kernel {platform.release()}, {found}")
    places = "ls -l /dev/nvidia* /dev/dri /dev/nvidia-caps /proc/driver/nvidia 2>&1; "
    places += "cat /proc/driver/nvidia/version; ls /usr/local/nvidia; ldconfig -p | grep libcuda; "
    places += "grep -i nvidia /proc/mounts; sysctl user.max_user_namespaces; ulimit -a; "
    places += "env | grep -iE 'cuda|nvidia|LD_LIB'"
    steps.run("files of the driver", ["sh", "-c", places], 20, where=ROOT)


def try_sandbox(steps: Steps) -> list[str]:
    """Return the options with which posts can run on the GPU: confined if CUDA allows it."""
    if steps.starts("CUDA in the sandbox"):
        return []
    steps.starts("CUDA without a sandbox", "off")
    return ["--sandbox", "off"]


def make_site(steps: Steps) -> None:
    """Lay out a site with the posts of the tests, whose pins are what is installed here."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tests.support.projects import CASES, make_project  # noqa: PLC0415

    make_project(steps.work)
    shutil.copytree(CASES / "devices", steps.work / "posts", dirs_exist_ok=True)
    pins = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name = line.partition("==")[0]
        try:
            pins[name] = Version(metadata.version(name)).public if "==" in line else ""
        except metadata.PackageNotFoundError:
            pins[name] = ""
    own = [f"{name}=={version}" for name, version in pins.items() if version]
    (steps.work / "constraints.txt").write_text("\n".join(own) + "\n", encoding="utf-8")
    gpu = [line for line in own if line.startswith(("numpy==", "torch=="))]
    (steps.work / "constraints-gpu.txt").write_text("\n".join(gpu) + "\n", encoding="utf-8")


def add_post(steps: Steps, slug: str, code: str, more: str = "") -> None:
    """Write a post for the GPU that trains nothing."""
    from tests.support.posts import NONE, POST  # noqa: PLC0415

    text = POST.format(claim=NONE, code=f"import torch\n{code}")
    text = text.replace("authors:", f"device: gpu\n{more}authors:")
    (steps.work / "posts" / f"{slug}.md").write_text(text, encoding="utf-8")


def compare_engines(steps: Steps, options: Sequence[str]) -> list[str]:
    """Run a post by either engine; return the options for the faster one, if it works."""
    for engine in ("fresh", "warm"):
        code = f"print('{engine}', torch.ones(1, device='cuda').item())"
        add_post(steps, f"by-{engine}", code)
        chosen = ["--engine", engine, *options]
        said = steps.elevenlines(f"engine {engine}", "run", "-v", *chosen, f"by-{engine}")
        (steps.work / "posts" / f"by-{engine}.md").unlink()
    return [] if "warm | warm 1.0" in said else ["--engine", "fresh"]


def provoke(steps: Steps, options: Sequence[str]) -> None:
    """Run posts that use up the memory, hang, and want one GPU at the same time."""
    posts = {
        "greedy": ("kept = [torch.empty(2**33, device='cuda') for _ in range(1000)]", ""),
        "hangs": (
            "torch.cuda._sleep(10**15)\ntorch.ones(1, device='cuda').item()",
            "timeout: 15\n",
        ),
        "wrong-index": ("torch.ones(3, device='cuda')[torch.tensor([9], device='cuda')].sum()", ""),
        "one-of-two": ("torch.cuda._sleep(10**9)\nprint(torch.ones(1).cuda())", ""),
        "two-of-two": ("torch.cuda._sleep(10**9)\nprint(torch.ones(1).cuda())", ""),
    }
    posts["wrong-index"] = (posts["wrong-index"][0] + ".item()", "")
    for slug, (code, more) in posts.items():
        add_post(steps, slug, code, more)
    steps.elevenlines("what goes wrong", "run", "-v", "--device", "gpu", *options, *posts)
    for slug in posts:
        (steps.work / "posts" / f"{slug}.md").unlink()


def main() -> None:
    """Do everything, and say how long it took."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to write")
    folder = parser.parse_args().folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="gpu-")) / "site"
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), path]))
    steps, began = Steps(folder, work), time.monotonic()
    make_site(steps)
    show_machine(steps)
    options = try_sandbox(steps)
    options += compare_engines(steps, options)
    posts = ["stripes"] if "fresh" in options else []  # each run imports torch again
    steps.elevenlines("posts on both devices", "run", "-v", *options, *posts)
    steps.elevenlines("stored", "store", "ls")
    steps.elevenlines("export", "store", "export", str(folder / "runs.tar.gz"))
    provoke(steps, options)
    tests = [sys.executable, "-m", "pytest", "-q", "-rA", "-m", "gpu", "--durations", "0"]
    tests += ["-p", "no:cacheprovider", "tests/running/test_gpu.py"]
    steps.run("tests on the GPU", tests, 200, where=ROOT)
    steps.elevenlines("site", "build", *options, seconds=120)
    steps.say(f"\n{time.monotonic() - began:.0f} s in all.")


if __name__ == "__main__":
    main()
