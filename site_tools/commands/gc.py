"""`elevenlines gc`: delete stored runs that no post needs."""

from __future__ import annotations

from site_tools.commands.printing import print_problems
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.variant_plan import variant_jobs
from site_tools.model.text import count
from site_tools.project import Project, read_posts


def gc(project: Project) -> int:
    """Delete runs that no post needs; delete nothing and return 1 when a post has a problem."""
    reading = read_posts(project)
    if reading.problems:
        print_problems(reading.problems)
        print("Nothing was deleted: it is unknown which runs a post with a problem needs.")
        return 1
    experiments = project.experiments(reading.posts)
    needed = {job.key for experiment in experiments for job in experiment.all_jobs}
    for experiment in experiments:
        needed |= variant_jobs(
            experiment, ExperimentState.load(experiment, project.store).runs
        ).keys()
    dropped, freed = _gc(project, needed)
    print(f"{count(dropped, 'run')} deleted, {freed / 1e6:.1f} MB freed.")
    return 0


def _gc(project: Project, needed: set[str]) -> tuple[int, int]:
    """Delete the other runs; return their number and their size in bytes."""
    surplus = [key for key in project.store.stored() if key not in needed]
    return len(surplus), project.store.drop(surplus)
