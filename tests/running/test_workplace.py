"""An engine that starts before it is known what it will run."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from site_tools import project as projects
from site_tools.experiment.plan import Job, experiments_for
from site_tools.model.run import Run
from site_tools.running.engines import new_engine
from site_tools.running.options import Options
from site_tools.running.pool import Pool
from site_tools.running.scheduler import History, Queue
from site_tools.running.workplace import Workplace, workplace
from tests.support.engines import LOCAL_ENGINES
from tests.support.posts import write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("engines")]

IS_LOADED = "import sys\n\nprint('numpy' in sys.modules)"


@pytest.fixture
def jobs(project: Path) -> dict[str, Job]:
    """The published runs of two posts, which print whether numpy was imported before they began."""
    write(project, "plain", IS_LOADED)
    write(project, "with-numpy", f"{IS_LOADED}\n\nimport numpy as np\n\nprint(np.arange(2).sum())")
    read = projects.Project(project)
    posts = projects.read_posts(read).posts
    return {one.post.slug: one.jobs[0] for one in experiments_for(posts, read.pins)}


def printed(place: Workplace, options: Options, job: Job, folder: Path) -> str:
    """Run a job where an engine has started; return what it prints."""
    runs: list[Run] = []

    def done(_: Job, run: Run) -> list[Job]:
        runs.append(run)
        return []

    pool = Pool.of(place.engine, options, [job], place)
    pool.execute([job], Queue(History(folder / "history.json"), 8e9), done, lambda: None)
    return "".join(str(output) for output in runs[0].outputs[0])


@pytest.mark.parametrize("engine", LOCAL_ENGINES)
def test_engine_that_has_started_for_one_post_runs_others(
    engine: str, jobs: dict[str, Job], tmp_path: Path
) -> None:
    before = set(psutil.Process().children(recursive=True))
    options = Options(engine=engine, jobs=1, timeout=60)
    with workplace(new_engine(options, None)) as place:
        place.start([jobs["plain"]])
        first = printed(place, options, jobs["plain"], tmp_path)
        second = printed(place, options, jobs["with-numpy"], tmp_path)
        assert "False" in first
        assert ("True" if engine == "warm" else "False") in second  # a new server has imported it
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not place.folder.exists()
