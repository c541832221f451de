"""`--engine dask`: a real scheduler and three real workers, one of which offers a GPU."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import cast

import psutil
import pytest
from distributed import Client, Worker

from site_tools.model.errors import BadProject
from site_tools.model.protocol import WORK_FOLDER
from site_tools.project import Project, read_posts
from site_tools.running import cluster as clusters
from site_tools.running.cluster_worker import ClusterWorker, Order, differences, versions_here
from site_tools.running.options import Options
from site_tools.sandbox import confinement
from tests.support.clusters import Cluster, cluster, kill_all
from tests.support.posts import edit, write, write_learning
from tests.support.projects import make_project, run_main

SLOW = "import time\nfor _ in range(40):\n    time.sleep(0.1)\nprint('ended')"

POISON = """
import os, signal
pid = os.getpid()
while "site_tools" in open(f"/proc/{pid}/cmdline").read():
    pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
os.kill(pid, signal.SIGKILL)
time.sleep(60)"""
"""Kills the worker, the first ancestor that is none of our processes; only without a sandbox."""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
        with cluster(folder, [[], [], ["--resources", "GPU=1"]]) as started:
            yield started


def run(folder: Path, machines: Cluster, *options: str) -> tuple[int, str]:
    return run_main(folder, "run", "--scheduler", machines.address, *options)


def while_running(
    folder: Path, machines: Cluster, act: Callable[[subprocess.Popen[str]], None], *options: str
) -> tuple[int, str]:
    """Run posts in a process of their own, and do something as soon as a worker is busy."""
    command = [sys.executable, "-m", "site_tools", "run", "--scheduler", machines.address]
    process = subprocess.Popen(
        [*command, *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with Client(machines.address, set_as_default=False) as client:
        end = time.monotonic() + 120
        while not any(client.processing().values()):
            assert time.monotonic() < end
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.1)
    time.sleep(1.5)  # in the middle of the run
    act(process)
    said, _ = process.communicate(timeout=400)
    return process.returncode, said


def kill_busy_worker(machines: Cluster) -> None:
    with Client(machines.address, set_as_default=False) as client:
        busy = {worker for worker, tasks in client.processing().items() if tasks}
        pids = client.run(os.getpid, workers=list(busy))
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def posts_that_run(machines: Cluster) -> list[psutil.Process]:
    """Return the processes of posts on all workers: each works in a folder of its job."""
    found = []
    for process in machines.processes:
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                found += [child] if child.cwd().endswith(f"/{WORK_FOLDER}") else []
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
class TestCluster:
    def test_runs_are_those_of_one_machine(self, project: Path, machines: Cluster) -> None:
        write_learning(project, "learning", "print('one')\na = 1")
        code, said = run(project, machines)
        assert (code, "dask engine at tcp://" in said) == (0, True), said
        assert "3 runs at a time; each worker confines posts." in said
        made = Project(project).store
        remote = {key: made.load(key) for key in made.stored()}
        made.drop(made.stored())
        assert run_main(project, "run", "--retry")[0] == 0
        local = {key: made.load(key) for key in made.stored()}
        assert remote.keys() == local.keys()
        for key, one in remote.items():
            two = local[key]
            assert one
            assert two
            assert (one.outputs, one.values, one.curves) == (two.outputs, two.values, two.curves)

    def test_post_that_fails_is_named(self, project: Path, machines: Cluster) -> None:
        write(project, "bad", "1 / 0")
        write(project, "good", "print(1)")
        code, said = run(project, machines)
        assert code == 1
        assert "posts/bad.md:13: ZeroDivisionError" in said
        assert "posts/good.md" in said

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_interrupted_session_ends_its_jobs_and_says_so_in_a_line(
        self, project: Path, machines: Cluster, number: signal.Signals
    ) -> None:
        for name in ("one", "two", "three", "four"):
            write(project, name, "import time\ntime.sleep(600)")

        def interrupt(session: subprocess.Popen[str]) -> None:
            wait_until(lambda: len(posts_that_run(machines)) == 3)
            session.send_signal(number)

        code, said = while_running(project, machines, interrupt)
        assert code == 130
        assert said.endswith("Interrupted. Finished runs are stored.\n")
        assert not [line for line in said.splitlines() if "Error" in line or "Traceback" in line]
        wait_until(lambda: not posts_that_run(machines))

    def test_sessions_share_a_cluster(
        self, project: Path, machines: Cluster, tmp_path: Path
    ) -> None:
        write(project, "slow", SLOW)
        other = make_project(tmp_path / "other")
        write(other, "quick", "print(1)")
        said = []
        code, first = while_running(project, machines, lambda _: said.append(run(other, machines)))
        assert (code, "1 post executed" in first) == (0, True), first
        assert [(code, "posts/quick.md" in text) for code, text in said] == [(0, True)]

    def test_run_of_a_killed_worker_goes_to_another(self, project: Path, machines: Cluster) -> None:
        write(project, "slow", SLOW)
        code, said = while_running(project, machines, lambda _: kill_busy_worker(machines))
        assert (code, "1 post executed" in said) == (0, True), said
        machines.wait_for_workers(3)

    def test_post_that_kills_workers_is_named_and_the_others_go_on(
        self, project: Path, machines: Cluster
    ) -> None:
        write(project, "poison", "import time" + POISON)
        write(project, "slow", SLOW)
        code, said = run(project, machines, "--sandbox", "off")
        assert code == 1
        assert "posts/poison.md:12: not run: each of 2 times it was given to tcp://" in said
        assert "posts/slow.md" in said
        assert "1 failed" in said
        machines.wait_for_workers(3)

    @pytest.mark.skipif(bool(confinement.gpu_files()), reason="this machine has a GPU")
    def test_post_for_a_gpu_goes_to_the_worker_that_offers_one(
        self, project: Path, machines: Cluster
    ) -> None:
        edit(write(project, "gpu"), "authors:", "device: gpu\nauthors:")
        write(project, "cpu")
        code, said = run(project, machines)
        assert code == 1
        assert " offers a GPU: this machine has none." in said
        assert "posts/cpu.md" in said

    def test_worker_with_other_versions_is_refused(
        self, project: Path, machines: Cluster, tmp_path: Path
    ) -> None:
        write(project, "one", "import numpy")
        own = Project(project).pins["numpy"]
        other = tmp_path / "numpy-1.0.dist-info"
        other.mkdir()
        (other / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.0\n")
        worker = machines.start_worker(PYTHONPATH=str(tmp_path))
        try:
            machines.wait_for_workers(4)
            code, said = run(project, machines)
        finally:
            kill_all(worker)
        assert code == 1
        assert f" has numpy 1.0; the posts need numpy {own}. Install the same there" in said

    def test_scheduler_that_goes_away_and_comes_back(
        self, project: Path, machines: Cluster
    ) -> None:
        write(project, "slow", SLOW)

        def restart(_: object) -> None:
            for process in machines.processes:
                kill_all(process)
            machines.start_scheduler()
            machines.start_worker()

        code, said = while_running(project, machines, restart)
        assert (code, "1 post executed" in said) == (0, True), said

    def test_post_for_a_gpu_is_refused_at_once_where_no_worker_offers_one(
        self, project: Path, machines: Cluster
    ) -> None:
        edit(write(project, "gpu"), "authors:", "device: gpu\nauthors:")
        write(project, "cpu")
        code, said = run(project, machines)
        assert code == 1
        assert "this post needs a GPU, and no worker of tcp://127.0.0.1:" in said
        assert "`dask worker tcp://127.0.0.1:" in said
        assert "posts/cpu.md" in said


class _NoScheduler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def web_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _NoScheduler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("address", ["web", "tcp://127.0.0.1:1", "foo", "http://x/", "", "tcp://"])
def test_what_is_no_scheduler_is_refused(
    address: str, web_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 1.0)
    address = web_server if address == "web" else address
    with pytest.raises(BadProject) as refused:
        clusters.Cluster(Options(scheduler=address)).capacity([])
    assert str(refused.value).startswith(f"{address}: no Dask scheduler answers there: ")
    assert "\n" not in str(refused.value)


def test_engine_needs_an_address(project: Path) -> None:
    write(project, "one")
    assert run_main(project, "run", "--engine", "dask")[0] == 2
    assert run_main(project, "run", "--engine", "warm", "--scheduler", "tcp://x:1")[0] == 2


def test_an_order_has_the_pins_of_each_device(project: Path) -> None:
    write(project, "one", "import numpy")
    found = Project(project)
    jobs = [one.jobs[0] for one in found.experiments(read_posts(found).posts)]
    versions = clusters.Cluster(Options()).order(jobs).versions
    assert versions["cpu"]["numpy"] == found.pins["numpy"]
    assert {"Python", "elevenlines"} <= versions["cpu"].keys()


@pytest.mark.parametrize("sandbox", ["off", "auto", "require"])
def test_worker_confines_posts_as_it_is_asked(sandbox: str) -> None:
    one = ClusterWorker("session", Order([], sandbox, {"cpu": versions_here([])}))
    asyncio.run(one.setup(cast(Worker, None)))  # kept for messages
    found = confinement.active()
    assert one.layers == ([] if sandbox == "off" else found)
    assert bool(one.refusals) == (sandbox == "require" and found != list(confinement.LAYERS))


def test_differences_name_what_is_there_and_what_is_needed() -> None:
    wanted = {"Python": "3.11", "numpy": "2.4.6", "torch": "2.13.0"}
    assert differences(wanted, dict(wanted)) == ""
    found = {"Python": "3.12", "numpy": "2.4.6"}
    assert differences(wanted, found) == (
        "has Python 3.12, torch none; the posts need Python 3.11, torch 2.13.0"
    )
