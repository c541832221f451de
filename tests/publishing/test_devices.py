"""Posts for a GPU on a machine without one: refused, published without runs, or with some.

The runs are made on the CPU, as `tests/support/gpu_runs.py` says; `tests/running/test_gpu.py` makes
them on a real GPU.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from site_tools.experiment.run_cache import Store
from site_tools.project import Project, read_posts
from site_tools.serving.preview import Preview
from tests.support.gpu import HAS_GPU
from tests.support.gpu_runs import H100, store_runs
from tests.support.projects import CASES, make_project, run_main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.xdist_group("devices"),
    pytest.mark.skipif(HAS_GPU, reason="this machine has a GPU, and would make the runs"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one post for any device and one for a GPU; the first has run on the CPU."""
    folder = make_project(tmp_path_factory.mktemp("devices") / "project")
    shutil.copytree(CASES / "devices", folder / "posts", dirs_exist_ok=True)
    assert run_main(folder, "run", "anywhere")[0] == 0
    return folder


@pytest.fixture(scope="module")
def archive(project: Path) -> Path:
    """An archive of the runs of both posts on a GPU, exported by the project that has them."""
    other = make_project(project.parent / "with-a-gpu")
    shutil.copytree(CASES / "devices", other / "posts", dirs_exist_ok=True)
    shutil.copytree(project / ".elevenlines" / "store", other / ".elevenlines" / "store")
    here = Project(other)
    for post in read_posts(here).posts:
        store_runs(here, post)
    path = project.parent / "runs.tar.gz"
    code, said = run_main(other, "store", "export", str(path))
    assert code == 0
    assert "of 2 posts" in said
    return path


def page(project: Path, name: str) -> str:
    return (project / "site" / name / "index.html").read_text(encoding="utf-8")


def previewed(project: Path, name: str) -> str:
    """Return a page as `elevenlines serve` shows it."""
    with contextlib.chdir(project):
        preview = Preview(project, project / ".elevenlines" / "preview")
        preview.refresh()
        found = preview.page(f"{name}/index.html")
        preview.close()
    assert found is not None
    return found.content.decode("utf-8")


def numbers(project: Path, slug: str) -> Any:
    path = project / "site" / "posts" / slug / "evidence.json"
    return json.loads(path.read_text(encoding="utf-8"))


def notebook(project: Path, slug: str) -> Any:
    path = project / "site" / "posts" / slug / f"{slug}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def test_site_with_imported_runs_shows_their_gpu(project: Path, archive: Path) -> None:
    """First without them: the message says which commands bring them, and they do."""
    code, said = run_main(project, "build")
    assert code == 1
    assert "posts/stripes.md:7: 18 runs of this post need a GPU: this machine has none." in said
    assert "`elevenlines run --device gpu`" in said
    assert "`elevenlines store import runs.tar.gz` here." in said
    assert "Nothing was published" in said

    code, said = run_main(project, "build", "--allow-missing")
    assert code == 0, said
    assert "stripes.md:7: warning: published as not executed yet" in said
    text = page(project, "posts/stripes")
    assert "Not executed yet." in text
    for claimed in ("This network learns", "upright stripes", "evidence.json", "1.00 of the new"):
        assert claimed not in text
    assert not (project / "site" / "runs" / "stripes").exists()
    script = (project / "site/posts/stripes/stripes.py").read_text(encoding="utf-8")
    assert "accuracy = " in script
    assert "> 0.9" not in script
    assert run_main(project, "build")[0] == 1  # the page is no reason to build no more

    assert run_main(project, "store", "import", str(archive))[0] == 0
    code, said = run_main(project, "build")
    assert code == 0, said
    assert re.search(r"posts/anywhere.md \(GPU\) +stored", said)

    shown = page(project, "posts/stripes")
    for fact in (H100.name, "driver 580.159.04", "torch 2.11.0+cu130 for CUDA 13.0", "42 MB of"):
        assert fact in shown
    record = page(project, "runs/stripes")
    assert "TF32 off" in record
    assert "last seed 1" in record
    assert "cuDNN 9.19.0" in record
    both = page(project, "posts/anywhere")
    rows = re.findall(r'<th scope="row">(.*?), \d+ .*?</th><td>([\d.]+)</td><td>(.*?)</td>', both)
    assert [row[0] for row in rows] == ["One CPU thread", H100.name]
    assert all(row[2].endswith("8 of 8 other starts") for row in rows)
    assert [previewed(project, f"posts/{slug}") for slug in ("anywhere", "stripes")] == [
        both,
        shown,
    ]

    assert numbers(project, "stripes")["run"]["gpu"]["driver"] == "580.159.04"
    elsewhere = numbers(project, "anywhere")["on_gpu"]
    assert elsewhere["run"]["device"] == "gpu"
    assert [claim["verdict"] for claim in elsewhere["claims"]] == ["accepted"]
    assert "gpu" not in numbers(project, "anywhere")["run"]

    metadata = notebook(project, "stripes")["metadata"]
    assert metadata["accelerator"] == "GPU"
    assert metadata["colab"] == {"gpuType": "T4"}
    assert "accelerator" not in notebook(project, "anywhere")["metadata"]
    assert "whl/cpu" not in (project / "site/posts/stripes/stripes.py").read_text(encoding="utf-8")

    code, said = run_main(project, "verify", "stripes")
    assert code == 0
    assert "stripes.md:7: its downloads are not verified" in said

    assert "Nothing has changed" in run_main(project, "build")[1]
    (experiment,) = Project(project).experiments(read_posts(Project(project)).posts[1:], ["gpu"])
    Store(project / ".elevenlines" / "store").drop([job.key for job in experiment.jobs])
    assert run_main(project, "build")[0] == 1
