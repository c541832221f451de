"""The YAML at the top of a post: every key checked, every error with its line."""

from __future__ import annotations

from datetime import date
from typing import Any

from packaging.utils import canonicalize_name
from pydantic import ValidationError

from site_tools.model import goals
from site_tools.model.claim import Claim
from site_tools.model.errors import BadPost, Problem, for_readers
from site_tools.model.post import Post, SweepWish, VariantWish
from site_tools.model.source import Cell, DataFile, Line, Place
from site_tools.posts.front_matter_keys import ALL_VARIANTS, SEEDS, ClaimKeys, FrontMatterKeys
from site_tools.posts.front_matter_problems import (
    EXPECT,
    claim_problems,
    contradictions,
    meant_key,
    sweep_value_problems,
    value_problems,
)
from site_tools.posts.front_matter_yaml import KeyPath, Written, load_values

_NOBODY = "-"
"""In place of authors that are missing or wrong."""

_FOR_READERS: dict[str, Any] = {
    "description": "-",
    "date": date.min,
    "updated": None,
    "authors": [_NOBODY],
    "categories": [],
    "tags": [],
    "minutes": {"read": 1, "do": 1},
}
"""The keys that matter to readers only, and what a post that lacks one, or has it wrong, runs with.
"""


def read_front_matter(
    header: tuple[Line, ...], *, slug: str, file: str, cells: tuple[Cell, ...]
) -> Post:
    """Check the front matter and make the post.

    Raises BadPost with all problems found.
    """
    values, places, written = load_values(header, file)
    try:
        validated = _validated(values, places, written)
        return _post(validated, places, slug, file, cells)
    except BadPost as bad:
        raise BadPost(bad.problems, is_draft=values.get("draft") is True) from None


def _post(
    validated: tuple[FrontMatterKeys, tuple[Problem, ...]],
    places: dict[KeyPath, Place],
    slug: str,
    file: str,
    cells: tuple[Cell, ...],
) -> Post:
    """Return the post of these values; raises BadPost."""
    matter, unfit = validated
    problems = [*contradictions(matter, places)]
    problems += sweep_value_problems(matter, places)
    read_claims = []
    for i, claim in enumerate(matter.learns):
        problems += claim_problems(claim, i, places)
        if not problems:
            read_claims.append(_read_claim(claim, places["learns", i]))
    if problems:
        raise BadPost([*problems, *unfit])
    return Post(
        slug=slug,
        file=file,
        title=" ".join(matter.title.split()),
        description=" ".join(matter.description.split()),
        date=matter.date,
        updated=matter.updated,
        authors=tuple(name for name in matter.authors if name != _NOBODY),
        categories=tuple(matter.categories),
        tags=tuple(matter.tags),
        requires=tuple(matter.requires),
        read_minutes=matter.minutes.read,
        do_minutes=matter.minutes.do,
        device=matter.device,
        explain=matter.explain or "",
        memory=matter.memory or 0,
        timeout=matter.timeout or 0.0,
        data=tuple(DataFile(name, places["data", i]) for i, name in enumerate(matter.data)),
        unfit=unfit,
        claims=tuple(read_claims),
        no_learning=" ".join(matter.no_learning.split()),
        packages=tuple(map(canonicalize_name, matter.packages)),
        draft=matter.draft,
        variants=tuple(VariantWish(**one.model_dump()) for one in matter.variants),
        has_variants=not any(one.hide == ALL_VARIANTS for one in matter.variants),
        sweeps=tuple(
            SweepWish(name, tuple(sorted(set(own.values))), own.says.strip())
            for name, own in matter.vary.items()
        ),
        cells=cells,
        key_places={".".join(map(str, path)): place for path, place in places.items()},
    )


def _validated(
    values: dict[str, Any], places: dict[KeyPath, Place], written: Written
) -> tuple[FrontMatterKeys, tuple[Problem, ...]]:
    """Return the front matter, and what of it is wrong and matters to readers only.

    Raises BadPost when anything else is wrong.
    """
    try:
        return FrontMatterKeys.model_validate(values), ()
    except ValidationError as error:
        problems = list(value_problems(error, values, places, written))
        faults = error.errors(include_url=False)
    meant = {str(fault["loc"][0]): meant_key(tuple(fault["loc"]), faults) for fault in faults}
    wrong = {str(path[0]) if path else key for key, path in meant.items()}
    if not wrong <= set(_FOR_READERS):
        raise BadPost(problems)
    right = {key: value for key, value in values.items() if key not in meant}
    usable = {**right, **{key: _FOR_READERS[key] for key in wrong}}
    return FrontMatterKeys.model_validate(usable), tuple(for_readers(problems))


def _read_claim(claim: ClaimKeys, place: Place) -> Claim:
    expect = EXPECT.fullmatch(claim.expect)
    return Claim(
        says=claim.says.strip(),
        metric=claim.metric.strip(),
        goal=goals.parse_goal(claim.goal),
        place=place,
        seeds=int(expect[2]) if expect else claim.seeds or max(SEEDS, claim.controls),
        controls=claim.controls,
        freeze=tuple(sorted(set(claim.freeze) - set(claim.tally))),
        tally=tuple(sorted(set(claim.tally))),
        constants=tuple(sorted(claim.set.items())),
        expect=int(expect[1]) if expect else None,
        baseline=str(claim.baseline).strip(),
        shuffle=claim.shuffle.strip(),
        curve=claim.curve.strip(),
    )
