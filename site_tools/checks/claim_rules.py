"""Rules for claims: the names in `freeze`, `tally`, `set` and `shuffle` can be switched off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import assignments, changed_names, changes, owned_by, sites
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post


def claim_problems(post: Post) -> Iterator[Problem]:
    """Yield the names in `freeze`, `tally`, `set` and `shuffle` that the code does not have."""
    cells = post.sources
    for i, claim in enumerate(post.claims):
        for name in claim.freeze:
            if not _is_frozen(cells, name, claim.freeze):
                yield _not_frozen(post, f"learns.{i}.freeze", name)
        for name in claim.tally:
            if not sites(cells, [], [name]):
                yield _not_frozen(post, f"learns.{i}.tally", name)
        top_level = [("set", name) for name, _ in claim.constants]
        top_level += [("shuffle", claim.shuffle)] * bool(claim.shuffle)
        for key, name in top_level:
            if not assignments(cells, [name]):
                what = f"`{key}` names `{name}`, which no statement assigns at top level."
                remedy = nearest(name, changed_names(cells) - {name}) or _TOP_LEVEL[key]
                yield Problem(post.place_of(f"learns.{i}.{key}"), what, remedy)


def _is_frozen(cells: list[str], name: str, freeze: Iterable[str]) -> bool:
    """Return whether listing a name stops an update, by itself or beside the others."""
    others = [other for other in freeze if other != name]
    alone = {(site.cell, site.line) for site in sites(cells, others)}
    both = {(site.cell, site.line) for site in sites(cells, [*others, name])}
    return bool(sites(cells, [name])) or both > alone


_TOP_LEVEL = {
    "set": "Name a constant such as `learning_rate = 0.1`, outside of functions.",
    "shuffle": "Name the answers to train on, such as `y_train = …`, outside of functions.",
}


def _not_frozen(post: Post, key: str, name: str) -> Problem:
    """Say why nothing of a name can be switched off."""
    cells, place, listed = post.sources, post.place_of(key), key.rpartition(".")[2]
    known = changes(cells, name) if sites(cells, [], [name]) else []
    likely = [f"`{site.name}`" for site in proposals(cells) if site.name != name]
    looks = f"This code seems to update {', '.join(dict.fromkeys(likely))}."
    if known:
        site = known[-1]
        where = post.place_in_code(site.cell, site.line)
        what = (
            f"`{listed}` names `{name}`, whose changes do not depend on its own value: "
            f"it is a counter or a copy (line {where.line}, `{site.text}`)."
        )
        remedy = f"If the model learns by counting, say `tally: [{name}]`."
        return Problem(place, what, f"{looks} {remedy}" if likely else remedy)
    what = f"`{listed}` names `{name}`, which no statement updates in a loop or a function."
    plain = (
        "Use the name that the code assigns: for `self.W -= …` it is W. Where no "
        "statement can be named, `set` a constant to switch learning off."
    )
    owned = owned_by(cells, name)
    if owned:
        site = owned[0]
        where = post.place_in_code(site.cell, site.line)
        attribute = f"Line {where.line} changes `{site.text}`: name its last part, `{site.name}`."
        return Problem(place, what, attribute)
    close = nearest(name, changed_names(cells) - {name})
    return Problem(place, what, close or (looks if likely else plain))
