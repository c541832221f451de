"""`elevenlines gc`: drop stored runs that no post needs."""

from __future__ import annotations

from site_tools.commands.printing import count, print_problems
from site_tools.experiment.plan import experiments_for
from site_tools.project import Project, read_posts


def gc(project: Project) -> int:
    """Delete runs that no post needs; return 1, and delete nothing, when a post is unreadable."""
    reading = read_posts(project)
    if reading.problems:
        print_problems(reading.problems)
        print("Nothing was dropped: a post that cannot be read may need any of the stored runs.")
        return 1
    experiments = experiments_for(reading.posts, project.pins)
    needed = {job.key for experiment in experiments for job in experiment.jobs}
    dropped, freed = _gc(project, needed)
    print(f"{count(dropped, 'run')} dropped, {freed / 1e6:.1f} MB freed.")
    return 0


def _gc(project: Project, needed: set[str]) -> tuple[int, int]:
    """Return how many runs were dropped, and the bytes that this freed."""
    surplus = [key for key in project.store.stored() if key not in needed]
    return len(surplus), project.store.drop(surplus)
