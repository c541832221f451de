"""Options, or the keys of a file → the claim that a program is tested for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from site_tools.model.claim import Claim
from site_tools.model.errors import BadUsage, nearest
from site_tools.model.goals import parse_goal
from site_tools.model.source import Place
from site_tools.proving.left_names import binding_function, left_names, unbound
from site_tools.proving.metric_proposals import without_metric
from site_tools.proving.target import RESULT, Target

MOST_SEEDS = 1_000
"""As in a post's front matter."""

_PAIR = re.compile(r"\s*[^\s=]+\s*=[^=]+")
_WHOLE = re.compile(r"\s*-?\d+\s*")  # stays one: `max_iter=1.0` is refused by libraries
_EXPECT = re.compile(r"(\d+)\s*/\s*(\d+)")


class ClaimOptions(BaseModel):
    """What may be said of a claim; lists of names may be one text with commas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str = ""
    goal: str = ""
    freeze: tuple[str, ...] = ()
    tally: tuple[str, ...] = ()
    set: dict[str, int | float] = {}
    baseline: str = ""
    shuffle: str = ""
    seeds: int = 8
    expect: str = ""

    @field_validator("freeze", "tally", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts):
            return tuple(name for text in texts for name in re.split(r"[,\s]+", text) if name)
        return value

    @field_validator("set", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        if wrong := [text for text in value if not _PAIR.fullmatch(str(text))]:
            raise ValueError(f"`{wrong[0]}` is not a name and a number")
        pairs = (text.split("=") for text in value)
        return {name: int(number) if _WHOLE.fullmatch(number) else number for name, number in pairs}

    @field_validator("baseline", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | float) else value


def options_from(values: Mapping[str, Any], where: str = "") -> ClaimOptions:
    """Return options from values; `where` begins the message about a wrong one.

    Raises BadUsage.
    """
    try:
        return ClaimOptions.model_validate({k: v for k, v in values.items() if v is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            known = list(ClaimOptions.model_fields)
            near = nearest(name, known) or f"These are known: {', '.join(known)}."
            raise BadUsage(f"{where}there is no option `{name}`. {near}") from None
        reason = str(first.get("ctx", {}).get("error", "")) or f"`{first['input']}` is wrong"
        raise BadUsage(f"{where}{name}: {reason}. {_EXAMPLES.get(name, '')}".rstrip()) from None


_EXAMPLES = {
    "metric": "Write a Python expression: float(loss).",
    "goal": "Write a comparison: > 0.9.",
    "freeze": "Write the names of variables: w,b.",
    "tally": "Write the names of variables: w,b.",
    "set": "Write names and numbers, such as rate=0.",
    "seeds": "Write a whole number: 8.",
}


def claim_of(target: Target, options: ClaimOptions) -> Claim:
    """Return the claim that options make about a program.

    Raises BadUsage for a missing metric, with what could be one, and for a wrong value.
    """
    metric = options.metric or (RESULT if target.function else "")
    if not metric:
        raise BadUsage(without_metric(target))
    if not options.goal:
        raise BadUsage(f'say what `{metric}` must reach, such as --goal "> 0.9" or "< 0.1".')
    try:
        goal = parse_goal(options.goal)
    except ValueError:
        what = f"the goal `{options.goal}` is not a comparison with one number."
        raise BadUsage(f'{what} Write it like "> 0.9", in quotes.') from None
    for name, text in (("metric", metric), ("baseline", options.baseline)):
        _check_expression(name, text)
        _check_reads(name, text, target)
    _check_names([*options.freeze, *options.tally, *options.set])
    if not 1 <= options.seeds <= MOST_SEEDS:
        raise BadUsage(f"seeds: {options.seeds} is not between 1 and {MOST_SEEDS:,}.")
    seeds, expect = _expected(options)
    return Claim(
        says=metric,
        metric=metric,
        goal=goal,
        place=Place(target.shown, 0),
        seeds=seeds,
        controls=min(3, seeds),
        freeze=options.freeze,
        tally=options.tally,
        constants=tuple(options.set.items()),
        expect=expect,
        baseline=options.baseline,
        shuffle=options.shuffle,
        has_readers=False,
    )


def _check_expression(name: str, text: str) -> None:
    try:
        if text:
            ast.parse(text, mode="eval")
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise BadUsage(f"the {name} `{text}` is not a Python expression: {reason}.") from None


def _check_reads(name: str, text: str, target: Target) -> None:
    """Raise BadUsage when an expression reads a name that the program does not leave behind."""
    cells = [cell.source for cell in target.cells]
    missing = unbound(text, cells) if text else ""
    if not missing:
        return
    what = f"{target.shown}: the {name} reads `{missing}`, which nothing binds at top level."
    if target.function:
        raise BadUsage(f"{what} Of a function it reads `{RESULT}`, which is what that returns.")
    if function := binding_function(missing, cells):
        call = f"elevenlines prove {target.name}:{function}"
        raise BadUsage(f"{what} It is local to `{function}`. Let that return the number: {call}")
    near = nearest(missing, left_names(cells))
    known = "Write a number, or an expression in names that the program leaves behind."
    if name == "metric":
        known = f"`elevenlines prove {target.name}` lists what could be one."
    raise BadUsage(f"{what} {near or known}")


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if not name.isidentifier():
            last = re.split(r"\W+", name.rstrip("])'\""))[-1]
            what = f"`{name}` is not the plain name of a variable."
            part = last if last.isidentifier() else "w"
            raise BadUsage(f"{what} Of `self.w` or `p['w']`, write the last part: {part}.")


def _expected(options: ClaimOptions) -> tuple[int, int | None]:
    if not options.expect:
        return options.seeds, None
    found = _EXPECT.fullmatch(options.expect)
    if not found or not 0 < int(found[1]) <= int(found[2]) <= MOST_SEEDS:
        raise BadUsage(f"expect: `{options.expect}` is not like 5/8: five of eight starts.")
    return int(found[2]), int(found[1])
