"""What is wrong with the values of the front matter, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from site_tools.model import goals
from site_tools.model.errors import Problem, misspelt, nearest
from site_tools.model.source import Place
from site_tools.model.text import cut
from site_tools.posts.front_matter_keys import (
    EXAMPLES,
    KEYS_AT_DEPTH,
    LEAST_SEEDS,
    MOST_TRIALS,
    ClaimKeys,
    FrontMatterKeys,
    SweepKeys,
    VariantKeys,
)
from site_tools.posts.front_matter_yaml import KeyPath, Written
from site_tools.posts.yaml_text import load

EXPECT = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")
"""How many seed trials of how many."""

_SHORT = 60
"""Characters of a wrong value that a message shows."""

_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most"}
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number of seconds",
    "bool_type": "true or false",
    "date_type": "a date",
    "date_from_datetime_inexact": "a date",
    "list_type": "a list",
    "dict_type": "keys and values",
    "byte_size": "an amount of memory",
    "byte_size_unit": "an amount of memory",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}
_UNQUOTED: dict[str, Any] = {
    "date_type": date, "int_type": int, "float_type": float | int, "bool_type": bool,
    "list_type": list, "dict_type": dict, "model_type": dict,
}  # fmt: skip
"""The types of values that must not be in quotes."""


def value_problems(
    error: ValidationError, values: Any, places: dict[KeyPath, Place], written: Written
) -> Iterator[Problem]:
    """Yield what pydantic found, in the words of an author.

    `written` is what the author wrote where YAML reads no text.
    """
    faults = error.errors(include_url=False)
    misspelt = {meant_key(tuple(fault["loc"]), faults) for fault in faults}
    for fault in faults:
        path: KeyPath = tuple(fault["loc"])
        if fault["type"] == "missing" and path in misspelt:
            continue
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        remedy = f"Write it like `{EXAMPLES[key]}`." if key in EXAMPLES else ""
        place = _nearest_place(path, places)
        context = fault.get("ctx", {})
        match fault["type"]:
            case "missing":
                yield Problem(place, f"`{key}` is missing.", remedy.replace("Write it", "Add it"))
            case "extra_forbidden":
                yield _unknown_key(key, path, place, values)
            case "string_too_long" | "too_long" as kind:
                unit = "items" if kind == "too_long" else "characters"
                what = f"`{key}` has {len(fault['input'])} {unit}."
                yield Problem(place, what, f"Use at most {context['max_length']}.")
            case "string_too_short" | "too_short" | "string_pattern_mismatch":
                yield Problem(place, f"`{key}` is empty.", remedy)
            case "greater_than_equal" if key == "memory":
                what = f"`memory` is {fault['input']}, too little for Python to start."
                yield Problem(place, what, remedy)
            case "greater_than_equal" | "less_than_equal" | "greater_than":
                what = f"`{key}` is {_short(fault['input'])}."
                ((sign, limit),) = context.items()
                shown = limit if isinstance(limit, str) else f"{limit:,.15g}"
                yield Problem(place, what, f"Use {_LIMITS[sign]} {shown}.")
            case "literal_error":
                yield Problem(
                    place, f"`{key}` is `{fault['input']}`.", f"Use {context['expected']}."
                )
            case _:
                yield _type_problem(key, fault, place, written.get(path, ""))


def _type_problem(key: str, fault: Any, place: Place, written: str) -> Problem:
    value, kind = fault["input"], fault["type"]
    if kind == "string_type" and written:
        return _unquoted(key, value, written, place)
    expected = _KINDS.get(kind, "of another type")
    if _is_quoted(value, kind):
        what = f"`{key}` must be {expected}; in quotes it is text."
        return Problem(place, what, f"Take the quotes away: `{key}: {_short(value)}`.")
    remedy = f"Write it like `{EXAMPLES[key]}`." if key in EXAMPLES else ""
    return Problem(place, f"`{key}` must be {expected}; it is `{_short(value)}`.", remedy)


def _unquoted(key: str, value: Any, written: str, place: Place) -> Problem:
    """Return what is wrong with a text that YAML reads as something else without quotes."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    read = "a truth value" if isinstance(value, bool) else "a number" if is_number else "a date"
    what = f"`{key}` must be text; YAML reads `{_short(written)}` as {read}."
    return Problem(place, what, f'Put it in quotes: `"{_short(written)}"`.')


def _is_quoted(value: Any, kind: str) -> bool:
    """Return whether a text would be what is asked for without its quotes."""
    if not isinstance(value, str) or kind not in _UNQUOTED:
        return False
    try:
        return isinstance(load(value), _UNQUOTED[kind])
    except yaml.YAMLError:
        return False


def meant_key(path: KeyPath, faults: Sequence[Any]) -> KeyPath:
    """Return the missing key that an unknown key was meant to be; empty for another fault."""
    kinds = {tuple(fault["loc"]): fault["type"] for fault in faults}
    if kinds[path] != "extra_forbidden":
        return ()
    missing = {
        str(other[-1]): other
        for other, kind in kinds.items()
        if kind == "missing" and other[:-1] == path[:-1]
    }
    close = misspelt(str(path[-1]), missing)
    return missing[close] if close else ()


_OF_OTHER_TOOLS = {
    "jupyter": "It is for jupytext or Quarto, and nothing here reads it: delete it.",
    "jupytext": "jupytext wrote it, and nothing here reads it: delete it.",
    "kernelspec": "Jupyter wrote it, and nothing here reads it: delete it.",
}
"""Keys that other tools write into files that become posts, with a remedy for each."""


_BELOW: dict[str, type[BaseModel]] = {"variants": VariantKeys, "vary": SweepKeys}
"""The models of the keys below these, where several have the same depth."""


def _unknown_key(key: str, path: KeyPath, place: Place, values: dict[str, Any]) -> Problem:
    model: type[BaseModel] = KEYS_AT_DEPTH[len(path)]
    if len(path) > 1:
        model = _BELOW.get(str(path[0]), model)
    names = [field.alias or name for name, field in model.model_fields.items()]
    known = [name for name in names if len(path) > 1 or name not in values]
    remedy = nearest(key, known) or f"The keys are {', '.join(names)}."
    remedy = _OF_OTHER_TOOLS.get(key, remedy)
    return Problem(place, f"unknown key `{key}`.", remedy)


def _nearest_place(path: KeyPath, places: dict[KeyPath, Place]) -> Place:
    while path not in places:
        path = path[:-1]
    return places[path]


def contradictions(matter: FrontMatterKeys, places: dict[KeyPath, Place]) -> Iterator[Problem]:
    """Yield what is right on its own, and wrong together."""
    if matter.learns and matter.no_learning:
        what = "the post has both `learns` and `no_learning`."
        yield Problem(places["no_learning",], what, "Keep the one that is true.")
    if not matter.learns and not matter.no_learning.strip():
        what = "the post claims nothing: `learns` is missing."
        remedy = (
            "Say what its network learns, with a `metric` and a `goal`; "
            "if it trains nothing, say why: `no_learning: <reason>`."
        )
        yield Problem(places.get(("learns",), places[()]), what, remedy)
    if matter.updated and matter.updated < matter.date:
        what = f"`updated` is {matter.updated}, before the `date` of the post, {matter.date}."
        yield Problem(places["updated",], what, "Name a later day, or leave the key out.")


def sweep_value_problems(
    matter: FrontMatterKeys, places: dict[KeyPath, Place]
) -> Iterator[Problem]:
    """Yield the values of `vary` that are no finite numbers."""
    for name, sweep in matter.vary.items():
        for value in sweep.values:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and abs(value) <= LARGEST:
                continue
            what = f"`vary` gives `{_short(name)}` the value `{_short(value)}`."
            remedy = f"Write numbers up to {LARGEST:g}: `{EXAMPLES['vary']}`."
            yield Problem(places["vary", name], what, remedy)
            break


LARGEST = 1e15
"""Largest number of a sweep: whole numbers up to it are exact, and Python writes them out."""


def claim_problems(claim: ClaimKeys, i: int, places: dict[KeyPath, Place]) -> Iterator[Problem]:
    """Yield what is wrong with the values of one claim, beyond their types."""
    try:
        goals.parse_goal(claim.goal)
    except ValueError:
        what = f"goal `{_short(claim.goal)}` is not a comparison with one finite number."
        remedy = f"Write it like `{EXAMPLES['goal']}`, in quotes."
        yield Problem(places["learns", i, "goal"], what, remedy)
    expressions = {"metric": claim.metric, "baseline": str(claim.baseline), "curve": claim.curve}
    for key, text in expressions.items():
        fault = goals.syntax_error(text.strip()) if text.strip() else ""
        if fault:
            what = f"{key} `{_short(text)}` is not a Python expression: {fault}."
            yield Problem(
                places["learns", i, key], what, "Write one expression that gives a number."
            )
    if isinstance(claim.baseline, bool) or not isinstance(claim.baseline, str | int | float):
        what = f"`baseline` is `{_short(claim.baseline)}`."
        remedy = f"Write an expression that gives a number: `{EXAMPLES['baseline']}`."
        yield Problem(places["learns", i, "baseline"], what, remedy)
    yield from _expect_problems(claim, i, places)
    for name, value in claim.set.items():
        if not isinstance(value, int | float):
            what = f"`set` gives `{name}` the value `{_short(value)}`."
            remedy = "Use a number that switches learning off: `set: {learning_rate: 0}`."
            yield Problem(places["learns", i, "set", name], what, remedy)
    expect = EXPECT.fullmatch(claim.expect)
    seeds = int(expect[2]) if expect else claim.seeds or claim.controls
    if claim.controls > seeds:
        what = f"there are {claim.controls} controls and {seeds} seed trials."
        remedy = "A control repeats a seed trial, so `seeds` must be at least as many."
        yield Problem(places["learns", i, "controls"], what, remedy)


def _expect_problems(claim: ClaimKeys, i: int, places: dict[KeyPath, Place]) -> Iterator[Problem]:
    if not claim.expect:
        return
    place = places["learns", i, "expect"]
    match = EXPECT.fullmatch(claim.expect)
    passing, trials = map(int, match.groups()) if match else (0, 0)
    if not (LEAST_SEEDS <= trials <= MOST_TRIALS and 1 <= passing <= trials):
        what = f"`expect` is `{claim.expect}`."
        remedy = f"Say how many seed trials of how many reach the goal: `{EXAMPLES['expect']}`."
        yield Problem(place, what, remedy)
    elif claim.seeds not in {None, trials}:
        what = f"`expect` has {trials} seed trials, but `seeds` is {claim.seeds}."
        yield Problem(place, what, "Leave `seeds` out.")


def _short(value: object) -> str:
    return cut(" ".join(str(value).split()), _SHORT)
