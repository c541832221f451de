"""The YAML at the top of a post: every key checked, every error with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from packaging.utils import canonicalize_name
from pydantic import BaseModel, ByteSize, ConfigDict, Field, ValidationError

from site_tools.model import goals
from site_tools.model.claim import Claim
from site_tools.model.errors import CLOSE, BadPost, Problem, for_readers, nearest
from site_tools.model.post import Post
from site_tools.model.source import Cell, Line, Place
from site_tools.model.text import cut
from site_tools.posts.text import CONTROL
from site_tools.posts.yaml_text import TooMuch, compose, construct

DESCRIPTION_LIMIT = 160
"""Longest description, in characters: what search engines and social cards show."""

LEAST_SEEDS, LEAST_CONTROLS, MOST_TRIALS = 5, 3, 100
"""With fewer than five seed trials, one failed start cannot be distinguished from a majority."""

LEAST_MEMORY = 100_000_000
"""Bytes without which Python and numpy do not even start."""

LONGEST_TIMEOUT = 1_000_000
"""Seconds, eleven days: timers of the system overflow above some limit."""

NOBODY = "-"
"""Stands for authors that are missing, or wrong."""

_FOR_READERS: dict[str, Any] = {
    "description": "-",
    "date": date.min,
    "authors": [NOBODY],
    "categories": [],
    "tags": [],
    "minutes": {"read": 1, "do": 1},
}
"""The keys that matter to readers only, and what a post that lacks one, or has it wrong, runs with.
"""

_SHORT = 60
"""Characters of a wrong value that a message shows."""

_CONTROL = re.compile(rf"{CONTROL.pattern}|\f")
"""Characters that the feeds cannot have, since XML cannot."""

_LINE_END = re.compile("[\x85\u2028\u2029]")
_SEEDS = 8
_EXPECT = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
KeyPath = tuple[str | int, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Minutes(_Strict):
    read: Annotated[int, Field(ge=1)]
    do: Annotated[int, Field(ge=0)]


class _Claim(_Strict):
    says: Text
    metric: Text
    goal: Text
    seeds: Annotated[int, Field(ge=LEAST_SEEDS, le=MOST_TRIALS)] | None = None
    controls: Annotated[int, Field(ge=LEAST_CONTROLS, le=MOST_TRIALS)] = 3
    freeze: list[Text] = []
    tally: list[Text] = []
    set: dict[str, Any] = {}
    expect: Text = ""
    baseline: Any = ""
    shuffle: str = ""
    curve: Text = ""


class _FrontMatter(_Strict):
    title: Text
    description: Annotated[Text, Field(max_length=DESCRIPTION_LIMIT)]
    date: date
    authors: Annotated[list[Text], Field(min_length=1)]
    categories: list[Text] = []
    tags: list[Text] = []
    requires: list[Text] = []
    minutes: _Minutes
    device: Literal["cpu", "gpu", "any"] = "cpu"
    explain: Literal["comments", "every-line"] | None = None
    memory: Annotated[ByteSize, Field(ge=LEAST_MEMORY)] | None = None
    timeout: Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT)] | None = None
    learns: list[_Claim] = []
    no_learning: str = ""
    packages: list[Text] = []
    draft: bool = False


_EXAMPLES = {
    "title": "title: A neural network in 11 lines",
    "description": "description: Train a network on XOR and read every line of it.",
    "date": "date: 2026-11-21",
    "authors": "authors: [name]",
    "categories": "categories: [Foundations]",
    "tags": "tags: [numpy, backpropagation]",
    "requires": "requires: [eleven-lines]",
    "minutes": "minutes: {read: 12, do: 20}",
    "read": "minutes: {read: 12, do: 20}",
    "do": "minutes: {read: 12, do: 20}",
    "device": "device: cpu",
    "explain": "explain: every-line",
    "memory": "memory: 4 GB",
    "timeout": "timeout: 900",
    "learns": 'learns: [{says: It sorts, metric: accuracy, goal: "> 0.9"}]',
    "says": "says: The network gets all four cases right",
    "metric": "metric: np.abs(y - prediction).mean()",
    "goal": 'goal: "< 0.05"',
    "seeds": "seeds: 20",
    "controls": "controls: 5",
    "freeze": "freeze: [weights, bias]",
    "tally": "tally: [counts]",
    "set": "set: {learning_rate: 0}",
    "expect": "expect: 4/8",
    "baseline": "baseline: (y_test == 0).mean()",
    "shuffle": "shuffle: y_train",
    "curve": "curve: np.abs(y - answer(X)).mean()",
    "no_learning": "no_learning: This post compares speeds and trains nothing.",
    "packages": "packages: [scikit-learn]",
    "draft": "draft: true",
}

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


def read_front_matter(
    header: tuple[Line, ...], *, slug: str, file: str, cells: tuple[Cell, ...]
) -> Post:
    """Check the front matter and make the post.

    Raises BadPost with all problems found.
    """
    values, places = _load(header, file)
    matter, unfit = _validated(values, places)
    problems = [*_contradictions(matter, places)]
    read_claims = []
    for i, claim in enumerate(matter.learns):
        problems += _claim_problems(claim, i, places)
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
        authors=tuple(name for name in matter.authors if name != NOBODY),
        categories=tuple(matter.categories),
        tags=tuple(matter.tags),
        requires=tuple(matter.requires),
        read_minutes=matter.minutes.read,
        do_minutes=matter.minutes.do,
        device=matter.device,
        explain=matter.explain or "",
        memory=matter.memory or 0,
        timeout=matter.timeout or 0.0,
        unfit=unfit,
        claims=tuple(read_claims),
        no_learning=" ".join(matter.no_learning.split()),
        packages=tuple(map(canonicalize_name, matter.packages)),
        draft=matter.draft,
        cells=cells,
        key_places={".".join(map(str, path)): place for path, place in places.items()},
    )


def _validated(
    values: dict[str, Any], places: dict[KeyPath, Place]
) -> tuple[_FrontMatter, tuple[Problem, ...]]:
    """Return the front matter, and what of it is wrong and matters to readers only.

    Raises BadPost when anything else is wrong.
    """
    try:
        return _FrontMatter.model_validate(values), ()
    except ValidationError as error:
        problems = list(_explain(error, values, places))
        faults = error.errors(include_url=False)
    meant = {str(fault["loc"][0]): _meant(tuple(fault["loc"]), faults) for fault in faults}
    wrong = {str(path[0]) if path else key for key, path in meant.items()}
    if not wrong <= set(_FOR_READERS):
        raise BadPost(problems)
    right = {key: value for key, value in values.items() if key not in meant}
    usable = {**right, **{key: _FOR_READERS[key] for key in wrong}}
    return _FrontMatter.model_validate(usable), tuple(for_readers(problems))


def _load(header: tuple[Line, ...], file: str) -> tuple[Any, dict[KeyPath, Place]]:
    """Return the YAML's values and the place of every key and list item."""
    if problems := list(_line_end_problems(header)):
        raise BadPost(problems)
    text = "\n".join(line.text for line in header)
    places: dict[KeyPath, Place] = {(): Place(file, 1)}
    try:
        node = compose(text)
        values = _construct(node, (), places, header) if node else {}
    except yaml.MarkedYAMLError as error:
        raise BadPost([_yaml_problem(error, header, file)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        what = f"the front matter is not valid YAML: {' '.join(str(error).split())}."
        remedy = "Take out control characters, and anchors that contain themselves."
        raise BadPost([Problem(Place(file, 1), what, remedy)]) from None
    if not isinstance(values, dict):
        what = "the front matter is not a list of `key: value` lines."
        raise BadPost([Problem(Place(file, 1), what, f"Begin with `{_EXAMPLES['title']}`.")])
    return values, places


def _line_end_problems(header: tuple[Line, ...]) -> Iterator[Problem]:
    """Yield the lines that YAML would divide, and editors do not."""
    for line in header:
        if end := _LINE_END.search(line.text):
            what = f"the character U+{ord(end[0]):04X} ends a line in YAML and in no editor."
            yield Problem(line.place, what, "Take it out.")


def _construct(
    node: yaml.Node, path: KeyPath, places: dict[KeyPath, Place], header: tuple[Line, ...]
) -> Any:
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = _start_of(key_node, header)
            if key in values:
                remedy = f"Keep one of them; the first is on line {places[*path, key].line}."
                raise BadPost([Problem(place, f"`{key}` occurs twice.", remedy)])
            places[*path, key] = place
            values[key] = _construct(value_node, (*path, key), places, header)
        return values
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            places[*path, i] = _start_of(item, header)
        return [_construct(item, (*path, i), places, header) for i, item in enumerate(node.value)]
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    place = _start_of(node, header)
    if control := _CONTROL.search(node.value):
        what = f"`{key}` contains the character U+{ord(control[0]):04X}, which cannot be shown."
        raise BadPost([Problem(place, what, "Take it out.")])
    try:
        return construct(node)
    except ValueError as error:
        # a date such as 2026-13-45, or a tag such as !!int on what is none
        what = f"`{key}: {node.value}` is not a {'date' if key == 'date' else 'value'}: {error}."
        remedy = f"Write it like `{_EXAMPLES.get(key, 'key: value')}`."
        raise BadPost([Problem(place, what, remedy)]) from None


def _start_of(node: yaml.Node, header: tuple[Line, ...]) -> Place:
    """Return the place where a node starts; an empty one may be behind the last line."""
    return header[min(node.start_mark.line, len(header) - 1)].place


def _yaml_problem(error: yaml.MarkedYAMLError, header: tuple[Line, ...], file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    index = min(mark.line if mark else 0, max(len(header) - 1, 0))
    place = header[index].place if header else Place(file, 1)
    if isinstance(error, TooMuch):
        what = f"the front matter is too much: {error.problem}."
        return Problem(place, what, "Write plain values, without aliases.")
    for line in header[index::-1]:
        folded = re.match(r"\s*(?:- )?goal:\s*(>[^\"']*)$", line.text)
        if folded:
            what = f"YAML reads the bare `{folded[1].strip()}` as a folded block, not as a goal."
            return Problem(line.place, what, f'Quote it: `goal: "{folded[1].strip()}"`.')
        if re.match(r"\w", line.text):
            break
    what = f"the front matter is not valid YAML: {error.problem}."
    if "\\t" in str(error.problem):
        return Problem(place, what, "Indent with spaces.")
    if error.context and "flow" in error.context:
        return Problem(place, what, "A `[` or `{` here or above is not closed.")
    return Problem(place, what, "A text with `: `, `#` or quotes inside must be quoted.")


def _explain(
    error: ValidationError, values: Any, places: dict[KeyPath, Place]
) -> Iterator[Problem]:
    faults = error.errors(include_url=False)
    misspelt = {_meant(tuple(fault["loc"]), faults) for fault in faults}
    for fault in faults:
        path: KeyPath = tuple(fault["loc"])
        if fault["type"] == "missing" and path in misspelt:
            continue
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        remedy = f"Write it like `{_EXAMPLES[key]}`." if key in _EXAMPLES else ""
        place = _nearest_place(path, places)
        context = fault.get("ctx", {})
        match fault["type"]:
            case "missing":
                yield Problem(place, f"`{key}` is missing.", remedy.replace("Write it", "Add it"))
            case "extra_forbidden":
                yield _unknown_key(key, path, place, values)
            case "string_too_long":
                what = f"`{key}` has {len(fault['input'])} characters."
                yield Problem(place, what, f"Use at most {context['max_length']}.")
            case "string_too_short" | "too_short" | "string_pattern_mismatch":
                yield Problem(place, f"`{key}` is empty.", remedy)
            case "greater_than_equal" if key == "memory":
                what = f"`memory` is {fault['input']}, too little for Python to start."
                yield Problem(place, what, remedy)
            case "greater_than_equal" | "less_than_equal" | "greater_than":
                what = f"`{key}` is {fault['input']}."
                ((sign, number),) = context.items()
                yield Problem(place, what, f"Use {_LIMITS[sign]} {number:,g}.")
            case "literal_error":
                yield Problem(
                    place, f"`{key}` is `{fault['input']}`.", f"Use {context['expected']}."
                )
            case kind:
                expected = _KINDS.get(kind, "of another type")
                what = f"`{key}` must be {expected}; it is `{_short(fault['input'])}`."
                yield Problem(place, what, remedy)


def _meant(path: KeyPath, faults: Sequence[Any]) -> KeyPath:
    """Return the missing key that an unknown key was meant to be; empty for another fault."""
    kinds = {tuple(fault["loc"]): fault["type"] for fault in faults}
    if kinds[path] != "extra_forbidden":
        return ()
    missing = {str(other[-1]): other for other in kinds
               if kinds[other] == "missing" and other[:-1] == path[:-1]}  # fmt: skip
    close = difflib.get_close_matches(str(path[-1]), missing, n=1, cutoff=CLOSE)
    return missing[close[0]] if close else ()


_OF_OTHER_TOOLS = {
    "jupyter": "jupytext wrote it, and nothing here reads it: delete it.",
    "jupytext": "jupytext wrote it, and nothing here reads it: delete it.",
    "kernelspec": "Jupyter wrote it, and nothing here reads it: delete it.",
}
"""Keys that other tools write into files that become posts, with a remedy for each."""


def _unknown_key(key: str, path: KeyPath, place: Place, values: dict[str, Any]) -> Problem:
    models: dict[int, type[BaseModel]] = {1: _FrontMatter, 2: _Minutes, 3: _Claim}
    model = models[len(path)]
    known = [name for name in model.model_fields if len(path) > 1 or name not in values]
    remedy = nearest(key, known) or f"The keys are {', '.join(model.model_fields)}."
    remedy = _OF_OTHER_TOOLS.get(key, remedy)
    return Problem(place, f"unknown key `{key}`.", remedy)


def _nearest_place(path: KeyPath, places: dict[KeyPath, Place]) -> Place:
    while path not in places:
        path = path[:-1]
    return places[path]


def _contradictions(matter: _FrontMatter, places: dict[KeyPath, Place]) -> Iterator[Problem]:
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


def _read_claim(claim: _Claim, place: Place) -> Claim:
    expect = _EXPECT.fullmatch(claim.expect)
    return Claim(
        says=claim.says.strip(),
        metric=claim.metric.strip(),
        goal=goals.parse_goal(claim.goal),
        place=place,
        seeds=int(expect[2]) if expect else claim.seeds or max(_SEEDS, claim.controls),
        controls=claim.controls,
        freeze=tuple(sorted(set(claim.freeze) - set(claim.tally))),
        tally=tuple(sorted(set(claim.tally))),
        constants=tuple(sorted(claim.set.items())),
        expect=int(expect[1]) if expect else None,
        baseline=str(claim.baseline).strip(),
        shuffle=claim.shuffle.strip(),
        curve=claim.curve.strip(),
    )


def _claim_problems(claim: _Claim, i: int, places: dict[KeyPath, Place]) -> Iterator[Problem]:
    try:
        goals.parse_goal(claim.goal)
    except ValueError:
        what = f"goal `{_short(claim.goal)}` is not a comparison with one finite number."
        remedy = f"Write it like `{_EXAMPLES['goal']}`, in quotes."
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
        remedy = f"Write an expression that gives a number: `{_EXAMPLES['baseline']}`."
        yield Problem(places["learns", i, "baseline"], what, remedy)
    yield from _expect_problems(claim, i, places)
    for name, value in claim.set.items():
        if not isinstance(value, int | float):
            what = f"`set` gives `{name}` the value `{_short(value)}`."
            remedy = "Use a number that switches learning off: `set: {learning_rate: 0}`."
            yield Problem(places["learns", i, "set", name], what, remedy)
    expect = _EXPECT.fullmatch(claim.expect)
    seeds = int(expect[2]) if expect else claim.seeds or claim.controls
    if claim.controls > seeds:
        what = f"there are {claim.controls} controls and {seeds} seed trials."
        remedy = "A control repeats a seed trial, so `seeds` must be at least as many."
        yield Problem(places["learns", i, "controls"], what, remedy)


def _expect_problems(claim: _Claim, i: int, places: dict[KeyPath, Place]) -> Iterator[Problem]:
    if not claim.expect:
        return
    place = places["learns", i, "expect"]
    match = _EXPECT.fullmatch(claim.expect)
    passing, trials = map(int, match.groups()) if match else (0, 0)
    if not (LEAST_SEEDS <= trials <= MOST_TRIALS and 1 <= passing <= trials):
        what = f"`expect` is `{claim.expect}`."
        remedy = f"Say how many seed trials of how many reach the goal: `{_EXAMPLES['expect']}`."
        yield Problem(place, what, remedy)
    elif claim.seeds not in {None, trials}:
        what = f"`expect` has {trials} seed trials, but `seeds` is {claim.seeds}."
        yield Problem(place, what, "Leave `seeds` out.")


def _short(value: object) -> str:
    return cut(" ".join(str(value).split()), _SHORT)
