"""The downloads of a post, and what verification says about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from site_tools.downloads.bundle import downloads
from site_tools.downloads.notebook_cells import imprint_of
from site_tools.downloads.program_run import ProgramRunner
from site_tools.downloads.verification import checks
from site_tools.evidence.verdict import Evidence, JudgedPost
from site_tools.project import Project, read_posts
from tests.support.layers import ACTIVE
from tests.support.posts import CLAIM, LEARN, NONE, edit, write
from tests.support.projects import ROOT
from tests.support.runs import a_run


def problems(project: Path, code: str, download: str, timeout: float) -> str:
    """Return what is wrong with the script or the notebook of a post, on whose page is 0.01."""
    edit(write(project, "post", f"{code.rstrip()}{LEARN}"), NONE, CLAIM)
    folder = Project(project)
    (post,) = read_posts(folder).posts
    run = replace(a_run(0.0), values={post.claims[0].metric: 0.01})
    judged = JudgedPost(post, run, Evidence(()))
    files = downloads(judged, imprint_of([post], folder.settings, folder.licence))
    environments = Project(ROOT).environments
    runner = ProgramRunner(environments, ACTIVE, timeout, 2**30)
    script, notebook, *_ = checks(judged, files, runner)
    return "\n".join(map(str, {"script": script, "notebook": notebook}[download]()))
