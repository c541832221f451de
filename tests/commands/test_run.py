"""`run`: which posts are executed again, which are not, and what is printed."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from site_tools.experiment.run_cache import Store
from site_tools.sandbox import confinement
from tests.support.posts import CLAIM, LEARN, NONE, edit, write, write_learning
from tests.support.projects import Elevenlines


def executed(said: str) -> set[str]:
    """Return the slugs of the posts that were executed."""
    lines = [line for line in said.splitlines() if " s  " in line]
    return {line.split()[0].removeprefix("posts/").removesuffix(".md") for line in lines}


@pytest.mark.skipif(bool(confinement.gpu_files()), reason="this machine has a GPU")
def test_run_refuses_a_gpu_post_without_a_gpu(project: Path, elevenlines: Elevenlines) -> None:
    edit(write_learning(project, "first"), "authors:", "device: gpu\nauthors:")
    code, said = elevenlines("run")
    assert code == 1
    assert "posts/first.md:5: 15 runs of this post need a GPU: this machine has none" in said


@pytest.mark.slow
def test_run_executes_only_what_changed(project: Path, elevenlines: Elevenlines) -> None:
    (project / "snippets" / "one.py").write_text("a = 1\n", encoding="utf-8")
    first = write_learning(project, "first")
    write_learning(project, "second", '# --8<-- "one.py"')
    assert executed(elevenlines("run")[1]) == {"first", "second"}

    assert executed(elevenlines("run")[1]) == set()

    edit(first, "Some words.", "Other words, and more of them.\n\nA paragraph.")
    edit(first, '"< 0.05"', '"< 0.04"')
    edit(first, "It finds four", "It finds a number")
    assert executed(elevenlines("run")[1]) == set()

    edit(first, "a = 1", "a = 2")
    assert executed(elevenlines("run")[1]) == {"first"}

    (project / "snippets" / "one.py").write_text("a = 3\n", encoding="utf-8")
    assert executed(elevenlines("run")[1]) == {"second"}

    edit(first, "metric: abs", "metric: 0 + abs")
    assert executed(elevenlines("run")[1]) == {"first"}


@pytest.mark.slow
def test_changed_goal_is_judged_without_a_run(project: Path, elevenlines: Elevenlines) -> None:
    post = write_learning(project, "post")
    assert elevenlines("run")[0] == 0
    for goal, code, words in [
        ("< 0.005", 1, "misses its goal"),
        ("< 3.9", 1, "TOO CLOSE"),
        ("< 9", 1, "REFUSED"),
        ("< 0.06", 0, "goal < 0.06"),
    ]:
        text = post.read_text(encoding="utf-8")
        post.write_text(re.sub(r"goal: .*", f'goal: "{goal}"', text), encoding="utf-8")
        answer, said = elevenlines("run")
        assert (answer, words in said) == (code, True), said
        assert "0 posts executed" in said


@pytest.mark.slow
def test_run_executes_only_new_trials(project: Path, elevenlines: Elevenlines) -> None:
    post = write_learning(project, "post")
    assert "1 post executed in 16 runs" in elevenlines("run")[1]
    edit(post, "seeds: 5", "seeds: 7")
    assert "1 post executed in 2 runs" in elevenlines("run")[1]
    edit(post, "seeds: 7", "seeds: 7\n    shuffle: rows")
    edit(post, "a = 1", "a = 1\nrows = [w for w in range(4)]")
    assert "1 post executed in 21 runs" in elevenlines("run")[1]
    edit(post, "seeds: 7", "seeds: 6")
    assert executed(elevenlines("run")[1]) == set()


@pytest.mark.slow
def test_published_run_of_another_machine_is_executed_again(
    project: Path, elevenlines: Elevenlines
) -> None:
    """Results differ between machines, so a sham is compared with a run of the same machine."""
    code = LEARN.replace("0.5", "v").replace("w)", "w)\n    v += 0.01 * (0.5 - v) * w")
    post = write(project, "post", f"a, v = 1, 0.4{code}")
    edit(post, NONE, CLAIM)
    assert elevenlines("run")[0] == 0
    store = Store(project / ".elevenlines" / "store")
    for key in store.stored():
        run = store.load(key)
        assert run is not None
        if run.outputs:  # the published one
            values = {metric: (run.number(metric) or 0) * 1.001 for metric in run.values}
            store.save(key, replace(run, values=values))
    edit(post, "freeze: [w]", "freeze: [w, v]")
    status, said = elevenlines("run")
    assert (status, "in 11 runs" in said) == (0, True), (
        said
    )  # with a sham, four controls, a brief, a mixed and a reversed run, and two for the curve


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals a parent's death")
def test_trials_end_with_the_runner(project: Path, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    wait = f"open({str(mark)!r}, 'w').write(str(os.getpid())), time.sleep(600)"
    write_learning(
        project, "post", f"import os, sys, time\n\na = 1\n'get_ipython' in globals() or ({wait})"
    )
    command = [sys.executable, "-m", "site_tools", "run", "--sandbox", "off"]
    run = subprocess.Popen(command, cwd=project)
    while not (mark.exists() and mark.read_text(encoding="utf-8")):
        assert run.poll() is None
        time.sleep(0.05)
    run.kill()
    run.wait()
    trial = Path("/proc", mark.read_text(encoding="utf-8"))
    for _ in range(100):
        if not trial.exists():
            return
        time.sleep(0.05)
    pytest.fail("the trial is still running")


@pytest.mark.slow
def test_remaining_thread_does_not_block_a_trial(project: Path, elevenlines: Elevenlines) -> None:
    code = (
        "import threading, time\n\na = 1\nthreading.Thread(target=time.sleep, args=[800]).start()"
    )
    write_learning(project, "post", code)
    start = time.monotonic()
    assert elevenlines("run")[0] == 0
    assert time.monotonic() - start < 400


@pytest.mark.slow
def test_lost_claim_costs_one_run(project: Path, elevenlines: Elevenlines) -> None:
    write_learning(project, "post", "a = 9")
    assert "1 post executed, 0 stored, 1 failed" in elevenlines("run")[1]


@pytest.mark.slow
def test_changed_pin_runs_only_the_posts_that_use_it(
    project: Path, elevenlines: Elevenlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "packages"

    def install(version: str) -> None:
        """Install `outer`, which needs `inner` in this version."""
        for name, number, needs in (("inner", version, ""), ("outer", "1.0", "inner")):
            for old in packages.glob(f"{name}-*.dist-info"):
                old.rename(old.with_suffix(".old"))
            info = packages / f"{name}-{number}.dist-info"
            info.mkdir(parents=True)
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n"
            metadata += f"Requires-Dist: {needs}\n" if needs else ""
            (info / "METADATA").write_text(metadata, encoding="utf-8")
            (packages / f"{name}.py").write_text("one = 1\n", encoding="utf-8")
        constraints = f"inner=={version}\nouter==1.0\n"
        (project / "constraints.txt").write_text(constraints, encoding="utf-8")

    monkeypatch.syspath_prepend(packages)
    monkeypatch.setenv("PYTHONPATH", str(packages))
    install("1.0")
    write(project, "plain")
    write(project, "user", "import outer\n\na = outer.one")
    assert executed(elevenlines("run")[1]) == {"plain", "user"}

    install("1.1")
    assert executed(elevenlines("run")[1]) == {"user"}


@pytest.mark.slow
def test_failure_is_stored_and_can_be_retried(
    project: Path, elevenlines: Elevenlines, tmp_path: Path
) -> None:
    run = ("run", "--sandbox", "off")  # a confined post cannot read files outside
    switch = tmp_path / "switch"
    code = f"from pathlib import Path\n\nassert Path({str(switch)!r}).exists()\na = 1"
    post = write(project, "post", code)
    assert "posts/post.md:15: AssertionError" in elevenlines(*run)[1]

    edit(post, "Some words.", "Some words.\n\nTwo lines more.")
    code_, said = elevenlines(*run)
    assert code_ == 1
    assert "posts/post.md:17: AssertionError" in said
    assert "`--retry` runs the post again" in said

    switch.touch()
    assert elevenlines(*run)[0] == 1
    assert elevenlines(*run, "--retry")[0] == 0
    assert elevenlines(*run)[0] == 0


@pytest.mark.slow
def test_missing_package_is_not_stored(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "post", "import importlib\n\nimportlib.import_module('nowhere')")
    for _ in range(2):
        code, said = elevenlines("run")
        assert (code, "1 post executed" in said) == (1, True)


@pytest.mark.slow
def test_unreadable_history_is_ignored(project: Path, elevenlines: Elevenlines) -> None:
    post = write(project, "post")
    history = project / ".elevenlines" / "history.json"
    assert elevenlines("run")[0] == 0
    known = history.read_text(encoding="utf-8")
    assert "posts/post.md" in known
    for number, text in enumerate(
        [
            '{"posts/post.md": {"published": []}}',
            '{"posts/post.md": {"published": [NaN, -1]}}',
            '{"posts/post.md": {"published": [1e400, 1e308]}}',
            '{"posts/post.md": {"published": [1' + "0" * 400 + ", 1]}}",
            "[" * 100_000,
            "[]",
            "\0",
        ]
    ):
        history.write_text(text, encoding="utf-8")
        edit(post, f"a = {number + 1}", f"a = {number + 2}")
        assert elevenlines("run")[0] == 0
        assert "posts/post.md" in history.read_text(encoding="utf-8")


@pytest.mark.slow
def test_gc_deletes_what_no_post_needs(project: Path, elevenlines: Elevenlines) -> None:
    first = write(project, "first")
    elevenlines("run")
    edit(first, "a = 1", "a = 2")
    elevenlines("run")
    assert elevenlines("gc")[1].startswith("1 run deleted")
    assert elevenlines("gc")[1].startswith("0 runs deleted")
    assert executed(elevenlines("run")[1]) == set()

    edit(first, "title:", "titel:")
    assert elevenlines("gc")[0] == 1


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["md", "py"])
def test_new_post_learns(project: Path, elevenlines: Elevenlines, suffix: str) -> None:
    assert elevenlines("new", "A: first “post”", "--format", suffix)[0] == 0
    code, said = elevenlines("run", "a-first-post")
    assert code == 0
    assert "goal < 0.05" in said
    text = (project / "posts" / f"a-first-post.{suffix}").read_text(encoding="utf-8")
    assert date.today().isoformat()[:4] in text  # noqa: DTZ011
    assert elevenlines("new", "A first post")[0] == 1
    assert elevenlines("new", "???")[0] == 2
    assert elevenlines("new", "Another", "--author", "adda")[0] == 2


@pytest.mark.slow
def test_post_is_isolated_and_runs_in_its_own_folder(
    project: Path, elevenlines: Elevenlines
) -> None:
    for name in ("first", "second"):
        code = f"import os\n\nb = 'c' in dir()\nc = 1\nopen('{name}', 'w').close()\n"
        write(project, name, code + "assert len(os.listdir()) + b == 1")
    assert elevenlines("run", "--jobs", "1")[0] == 0
    assert not [path for path in project.rglob("*") if path.name in {"first", "second"}]


@pytest.mark.slow
def test_error_in_a_snippet_fails_the_posts_that_use_it(
    project: Path, elevenlines: Elevenlines
) -> None:
    (project / "snippets" / "bad.py").write_text("a = = 1\n", encoding="utf-8")
    write(project, "healthy")
    write(project, "ill", '# --8<-- "bad.py"')
    assert elevenlines("run", "healthy")[0] == 0
    code, said = elevenlines("run", "ill")
    assert code == 1
    assert said.startswith("snippets/bad.py:1: SyntaxError")
    assert executed(said) == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["MPLBACKEND", "PYTHONOPTIMIZE", "OMP_NUM_THREADS"])
def test_environment_variables_do_not_change_results(
    project: Path, elevenlines: Elevenlines, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "agg" if name == "MPLBACKEND" else "2")
    code = "import os\n\nimport matplotlib\n\n"
    code += "assert 'inline' in matplotlib.get_backend()\nassert __debug__\n"
    code += "assert os.environ['OMP_NUM_THREADS'] == '1'"
    write(project, "post", code)
    assert elevenlines("run")[0] == 0


@pytest.mark.slow
def test_very_long_word_is_cut_quickly(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "post", "a = 1\nprint('x' * 3_000_000)\nprint('/x' * 1_000_000)")
    assert elevenlines("run", "--timeout", "30")[0] == 0
    (stored,) = (project / ".elevenlines").rglob("*.run")
    text = stored.read_text(encoding="utf-8")
    assert len(text) < 100_000
    assert "characters were printed" in text


@pytest.mark.slow
def test_run_accepts_thousands_of_imported_names(project: Path, elevenlines: Elevenlines) -> None:
    names = ", ".join(f"name_{i:06}" for i in range(8_000))
    code = f"try:\n    from numpy import {names}\nexcept ImportError:\n    a = 1"
    write(project, "post", code)
    assert elevenlines("run")[0] == 0


@pytest.mark.slow
def test_output_of_threads_is_captured_once(project: Path, elevenlines: Elevenlines) -> None:
    code = """
import os, sys, threading
def write(name):
    for i in range(100):
        os.write(1, f"{name} past Python {i}\\n".encode())
        sys.stdout.write(f"{name} by Python {i}\\n")
threads = [threading.Thread(target=write, args=[name]) for name in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()"""
    write(project, "post", code)
    assert elevenlines("run")[0] == 0
    store = Store(project / ".elevenlines" / "store")
    (run,) = map(store.load, store.stored())
    assert run is not None
    lines = run.outputs[0][0]["text"].splitlines()
    how = ("past", "by")
    expected = {f"{n} {h} Python {i}" for n in range(8) for h in how for i in range(100)}
    assert (len(lines), set(lines)) == (len(expected), expected)


@pytest.mark.slow
def test_interrupt_stops_all_jobs_and_keeps_finished_runs(
    project: Path, elevenlines: Elevenlines, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    write(project, "a-quick-one")
    for i in range(2):
        mark = f"import os, pathlib, time\n\npathlib.Path({str(pids)!r}, str(os.getpid())).touch()"
        write(project, f"slow-{i}", f"{mark}\na = {i}\ntime.sleep(600)")
    run = subprocess.Popen(
        [sys.executable, "-m", "site_tools", "run", "--sandbox", "off", "--jobs", "2"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while len(list(pids.iterdir())) < 2:
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=300)

    assert run.returncode == 130
    assert said.endswith("Interrupted. Finished runs are stored.\n")
    assert "Traceback" not in said
    assert not [pid.name for pid in pids.iterdir() if Path("/proc", pid.name).exists()]
    assert executed(elevenlines("run", "a-quick-one")[1]) == set()


@pytest.mark.slow
def test_progress_bar_is_shown_on_terminals_only(project: Path, elevenlines: Elevenlines) -> None:
    for i in range(3):
        write(project, f"post-{i}", f"import time\n\ntime.sleep(0.3)\na = {i}")
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    command = [sys.executable, "-m", "site_tools", "run"]
    with subprocess.Popen(command, cwd=project, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # Linux reports a closed terminal this way
            while data := os.read(ours, 65536):
                said += data
    assert run.returncode == 0
    os.close(ours)
    assert re.search(r" 67% █{20,}. +about \d+ s left", said.decode()), said
    assert "left" not in elevenlines("run", "--retry")[1]
    write(project, "another")
    assert "left" not in elevenlines("run")[1]


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_run_works_with_closed_streams(project: Path, closed: str) -> None:
    write(project, "post", "print(1)")
    command = f"{sys.executable} -m site_tools run -v {closed}"
    run = subprocess.run(command, cwd=project, shell=True, check=False)  # noqa: S602
    assert run.returncode == 0
    assert len(list(project.rglob("*.run"))) == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("options", [[], ["-v"]])
def test_run_reports_a_full_output_device(project: Path, options: list[str]) -> None:
    write(project, "post", "print(1)")
    command = [sys.executable, "-m", "site_tools", "run", *options]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        run = subprocess.run(
            command, cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert run.returncode == 1
    said = run.stderr.splitlines()
    assert said[1:] == ["No space left on device. Fix this and run again."]


@pytest.mark.slow
@pytest.mark.parametrize("home", ["/dev/null", "/proc/nowhere"])
def test_unwritable_home_falls_back_to_tmp(
    project: Path,
    elevenlines: Elevenlines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    home: str,
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = "import matplotlib.pyplot as plt\n\nplt.plot([1])"
    edit(write(project, "post", code), "python", 'python alt="A line"')
    code_, said = elevenlines("run")
    assert code_ == 0, said
    assert len(said.splitlines()) == 3, said


@pytest.mark.slow
def test_verbose_prints_output_immediately(project: Path) -> None:
    seen = project / "seen"
    wait = f"while not os.path.exists({str(seen)!r}): time.sleep(0.01)"
    write(project, "post", f"import os, time\n\nprint('early')\n{wait}\nprint('late')")
    command = [sys.executable, "-m", "site_tools", "run", "-v", "--sandbox", "off"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "post | early\n"
        seen.touch()
        assert run.stdout.readline() == "post | late\n"


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["-v"]])
def test_invalid_unicode_output_is_replaced(
    project: Path, elevenlines: Elevenlines, options: list[str]
) -> None:
    write(project, "post", "print('caf\\udce9')")
    assert elevenlines("run", *options)[0] == 0
    store = Store(project / ".elevenlines" / "store")
    (run,) = map(store.load, store.stored())
    assert run is not None
    assert run.outputs[0][0]["text"] == "caf\N{REPLACEMENT CHARACTER}\n"
