"""Rules for claims: the names in `freeze`, `tally`, `set` and `shuffle` can be switched off."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from site_tools.analysis.data_names import is_made_from_data, trains_by_gradients
from site_tools.analysis.listed_names import (
    Listed,
    answers,
    computed_anew,
    is_part_of_the_answer,
    is_read_to_answer,
    only_selects,
)
from site_tools.analysis.syntax import LONGEST_TEXT, parse_program
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import (
    assignments,
    changed_names,
    changes,
    owned_by,
    sites,
    updates_in,
)
from site_tools.model.claim import Claim
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.text import cut, listed
from site_tools.posts.yaml_text import flow_list


def claim_problems(post: Post) -> Iterator[Problem]:
    """Yield the names in `freeze`, `tally`, `set` and `shuffle` that do not switch learning off."""
    cells = post.sources
    for i, claim in enumerate(post.claims):
        named = [*_freeze_problems(post, i, claim), *_tally_problems(post, i, claim)]
        yield from named
        if not (claim.constants or named):
            yield from _unused(post, i, claim)
        yield from _set_problems(post, i, claim)
        top_level = [("set", name) for name, _ in claim.constants]
        top_level += [("shuffle", claim.shuffle)] * bool(claim.shuffle)
        for key, name in top_level:
            if not assignments(cells, [name]):
                what = f"`{key}` names `{name}`, which no statement assigns at top level."
                remedy = nearest(name, changed_names(cells) - {name}) or _TOP_LEVEL[key]
                yield Problem(post.place_of(f"learns.{i}.{key}"), what, remedy)


def _set_problems(post: Post, index: int, claim: Claim) -> Iterator[Problem]:
    """Yield the constants whose other value changes the answer, not the learning."""
    if not claim.constants:
        return
    trees = parse_program(post.sources)
    for name, _ in claim.constants:
        if is_part_of_the_answer(trees, name, claim.metric):
            what = (
                f"`set` names `{name}`, which the number is made with: no learning is switched off."
            )
            remedy = "Name a constant that training alone uses, such as a rate."
            yield Problem(post.place_of(f"learns.{index}.set"), what, remedy)
    likely = {site.name for site in proposals(post.sources)}
    if likely and not is_made_from_data(trees, likely, claim.metric):
        yield _without_data(claim, index, sorted(likely))


def _without_data(claim: Claim, index: int, names: Sequence[str]) -> Problem:
    named = listed(f"`{name}`" for name in names) if names else ""
    updates = f"the updates of {named} use" if names else "its gradients use"
    what = (
        f"claim {index + 1} cannot come from learning: {updates} none of the "
        f"data that `{cut(claim.metric, LONGEST_TEXT)}` is measured on."
    )
    return Problem(claim.place, what, "Let the network learn from data.")


_LEARN_NOTHING = (
    (computed_anew, "which line {} computes anew in each step"),
    (only_selects, "of which line {} only leaves parts out, or reorders them"),
)
"""Statements that change a listed thing without any learning, and what they do."""


def _freeze_problems(post: Post, index: int, claim: Claim) -> Iterator[Problem]:
    cells, key = post.sources, f"learns.{index}.freeze"
    for name in claim.freeze:
        if not _is_frozen(cells, name, claim.freeze):
            yield _not_frozen(post, key, name, claim)
            continue
        for found, does in _LEARN_NOTHING:
            if one := found(parse_program(cells), name):
                line = post.place_in_code(one.cell, one.node.lineno).line
                what = f"`freeze` names `{name}`, {does.format(line)}: nothing is learned in it."
                yield Problem(post.place_of(key), what, _REMEDY.format(post.slug))
                break


def _tally_problems(post: Post, index: int, claim: Claim) -> Iterator[Problem]:
    cells, key = post.sources, f"learns.{index}.tally"
    for name in claim.tally:
        if not sites(cells, [], [name]):
            yield _not_frozen(post, key, name, claim)
        elif not is_read_to_answer(parse_program(cells), name, claim.metric):
            what = f"`tally` names `{name}`, which counts results: no answer is made from it."
            yield Problem(post.place_of(key), what, _REMEDY.format(post.slug))


def _unused(post: Post, index: int, claim: Claim) -> Iterator[Problem]:
    """Yield a list of names that the metric is not made with."""
    trees, learned = parse_program(post.sources), [*claim.freeze, *claim.tally]
    if not (learned or trains_by_gradients(trees)):
        return
    if not is_made_from_data(trees, claim.freeze, claim.metric, claim.tally):
        yield _without_data(claim, index, learned)
    elif (
        claim.freeze and not claim.tally and not answers(trees, Listed(claim.metric, claim.freeze))
    ):
        names = listed(f"`{name}`" for name in claim.freeze)
        what = f"`freeze` names {names}, but `{cut(claim.metric, LONGEST_TEXT)}` is not made with "
        what += "it." if len(claim.freeze) == 1 else "them."
        remedy = "Name what the network answers with, or measure what it answers."
        yield Problem(post.place_of(f"learns.{index}.freeze"), what, remedy)


_REMEDY = (
    "Name what the network keeps from step to step and answers with. Without a list, "
    "`elevenlines run {}` tries which names work, and prints them."
)


def _is_frozen(cells: list[str], name: str, freeze: Collection[str]) -> bool:
    """Return whether listing a name stops an update, by itself or beside the others."""
    updates = updates_in(parse_program(cells), freeze)
    return any(name in one.names for one, _ in updates)


def _may_count(trees: Sequence[ast.Module], name: str, metric: str) -> bool:
    """Return whether a tally of a name would be accepted, as far as the code shows."""
    counts = is_read_to_answer(trees, name, metric)
    return counts and is_made_from_data(trees, [], metric, [name])


_TOP_LEVEL = {
    "set": "Name a constant such as `learning_rate = 0.1`, outside of functions.",
    "shuffle": "Name the answers to train on, such as `y_train = …`, outside of functions.",
}


def _not_frozen(post: Post, key: str, name: str, claim: Claim) -> Problem:
    """Say why nothing of a name can be switched off."""
    cells, place, listed = post.sources, post.place_of(key), key.rpartition(".")[2]
    known = changes(cells, name) if sites(cells, [], [name]) else []
    remedy = _REMEDY.format(post.slug)
    if known:
        site = known[-1]
        where = post.place_in_code(site.cell, site.line)
        what = (
            f"`{listed}` names `{name}`, whose changes do not depend on its own value: "
            f"it is a counter or a copy (line {where.line}, `{site.text}`)."
        )
        if any(_is_frozen(cells, other, claim.freeze) for other in claim.freeze if other != name):
            remedy = "Leave it out."
        elif _may_count(parse_program(cells), name, claim.metric):
            remedy = f"If the model learns by counting, say `tally: {flow_list([name])}`."
        return Problem(place, what, remedy)
    what = f"`{listed}` names `{name}`, which no statement updates in a loop or a function."
    owned = owned_by(cells, name)
    if owned:
        site = owned[0]
        where = post.place_in_code(site.cell, site.line)
        attribute = f"Line {where.line} changes `{site.text}`: name its last part, `{site.name}`."
        return Problem(place, what, attribute)
    close = nearest(name, changed_names(cells) - {name})
    return Problem(place, what, close or remedy)
