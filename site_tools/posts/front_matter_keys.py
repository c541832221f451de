"""The keys of the front matter: type, default, meaning and an example of each.

From this table come the messages about wrong values, the JSON Schema that editors complete from,
and the reference in the documentation.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, WithJsonSchema

Day = date
"""For annotations in a class that has a field called `date`."""

DESCRIPTION_LIMIT = 160
"""Longest description, in characters: what search engines and social cards show."""

LEAST_SEEDS, LEAST_CONTROLS, MOST_TRIALS = 5, 3, 100
"""With fewer than five seed trials, one failed start cannot be distinguished from a majority."""

LEAST_MEMORY = 100_000_000
"""Bytes without which Python and numpy do not even start."""

LONGEST_TIMEOUT = 1_000_000
"""Seconds, eleven days: timers of the system overflow above some limit."""

MOST_MEMORY = 10**13
"""Bytes, more than a machine has: limits of the system overflow above some number."""

MOST_MINUTES = 10_000
"""More than a month of work: a plan lists the weeks of a post."""

LAST_DAY = date(2999, 12, 31)
"""Of a post: a plan by weeks goes on after it, and no date is after the year 9999."""

SEEDS = 8
"""Seed trials of a claim that names no number."""

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


def _key(meaning: str, example: str) -> Any:
    """Return the description of a key, with an example as a line of YAML."""
    return Field(description=meaning, examples=[example])


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MinutesKeys(_Strict):
    """The keys of `minutes`."""

    read: Annotated[
        int,
        Field(ge=1, le=MOST_MINUTES),
        _key("Minutes to read the post.", "minutes: {read: 12, do: 20}"),
    ]
    do: Annotated[
        int,
        Field(ge=0, le=MOST_MINUTES),
        _key("Minutes to rebuild its program.", "minutes: {read: 12, do: 20}"),
    ]


_Goal = Annotated[
    Text,
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*(<=|>=|==|<|>)\s*[-+]?[0-9.][0-9._eE+-]*\s*$"}
    ),
]
_Expect = Annotated[Text, WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}\s*/\s*\d{1,3}$"})]
_Constants = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["number", "boolean"]}}),
]
_Memory = Annotated[
    ByteSize,
    Field(ge=LEAST_MEMORY, le=MOST_MEMORY),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": LEAST_MEMORY, "maximum": MOST_MEMORY},
                {"type": "string", "pattern": r"^\s*\d*\.?\d+\s*[kKmMgGtTpP]?[iI]?[bB]?\s*$"},
            ]
        }
    ),
]
"""Problems with these values are found by code; editors know patterns only."""


class ClaimKeys(_Strict):
    """The keys of a claim, an item of `learns`."""

    says: Annotated[
        Text,
        _key("The claim as a sentence.", "says: The network gets all four cases right"),
    ]
    metric: Annotated[
        Text,
        _key(
            "A Python expression that gives one number after the last cell.",
            "metric: np.abs(y - prediction).mean()",
        ),
    ]
    goal: Annotated[
        _Goal,
        _key(
            "What the metric must reach: a comparison with one number, in quotes.", 'goal: "< 0.05"'
        ),
    ]
    seeds: Annotated[
        Annotated[int, Field(ge=LEAST_SEEDS, le=MOST_TRIALS)] | None,
        _key(f"How many other random starts are tried; {SEEDS} without it.", "seeds: 20"),
    ] = None
    controls: Annotated[
        int,
        Field(ge=LEAST_CONTROLS, le=MOST_TRIALS),
        _key("How many starts are repeated with learning switched off.", "controls: 5"),
    ] = 3
    freeze: Annotated[
        list[Text],
        _key(
            "Names whose updates are learning, in a program that updates by hand.",
            "freeze: [weights, bias]",
        ),
    ] = []
    tally: Annotated[
        list[Text],
        _key(
            "The same for a model that learns by counting: its changes do not depend on its value.",
            "tally: [counts]",
        ),
    ] = []
    set: Annotated[
        _Constants,
        _key(
            "Constants at top level, with the values that switch learning off, if no statement can "
            "be named.",
            "set: {learning_rate: 0}",
        ),
    ] = {}
    expect: Annotated[
        _Expect,
        _key(
            "How many seed trials of how many reach the goal, for a network that learns only from "
            "some starts.",
            "expect: 4/8",
        ),
    ] = ""
    baseline: Annotated[
        Any,
        WithJsonSchema({"type": ["string", "number"]}),
        _key(
            "An expression for a result that needs no network; it must miss the goal.",
            "baseline: (y_test == 0).mean()",
        ),
    ] = ""
    shuffle: Annotated[
        str,
        _key("A name of labels; further controls train with them permuted.", "shuffle: y_train"),
    ] = ""
    curve: Annotated[
        Text,
        _key(
            "What to sample while the network trains, if the metric exists only at the end.",
            "curve: np.abs(y - answer(X)).mean()",
        ),
    ] = ""


class VariantKeys(_Strict):
    """The keys of a variant, an item of `variants`."""

    says: Annotated[
        str,
        _key("What readers learn from your own change.", "says: One neuron cannot do it"),
    ] = ""
    replace: Annotated[
        str,
        _key("A text that the program has once; it is changed.", 'replace: "* l2 * (1 - l2)"'),
    ] = ""
    put: Annotated[
        str,
        Field(alias="with"),
        _key("What comes in its place; nothing without it.", 'with: "* 2"'),
    ] = ""
    hide: Annotated[
        str, _key("Changes that are not tried, by their words.", 'hide: "without `1 +`"')
    ] = ""
    first: Annotated[
        str, _key("Changes that come first, by their words.", 'first: "without `* l1`"')
    ] = ""


LEAST_VALUES, MOST_VALUES = 1, 12
"""Values of one sweep beside the author's own: more have no room on the slider of a phone."""


class SweepKeys(_Strict):
    """The keys of a sweep, of one name of `vary`."""

    values: Annotated[
        list[Any],
        Field(min_length=LEAST_VALUES, max_length=MOST_VALUES),
        WithJsonSchema(
            {
                "type": "array",
                "items": {"type": "number"},
                "minItems": LEAST_VALUES,
                "maxItems": MOST_VALUES,
            }
        ),
        _key("The other values of the number.", "values: [0.01, 0.1, 1, 10]"),
    ]
    says: Annotated[
        str,
        _key("What readers learn from it.", "says: Too small is slow, too big never arrives"),
    ] = ""


def _values_alone(value: Any) -> Any:
    """Let `{rate: [1, 10]}` be short for `{rate: {values: [1, 10]}}`."""
    if not isinstance(value, dict):
        return value
    return {name: own if isinstance(own, dict) else {"values": own} for name, own in value.items()}


def _or_values_alone(schema: dict[str, Any]) -> None:
    """Let editors take a list of values for the keys of a sweep."""
    alone = {"type": "array", "items": {"type": "number"}}
    schema["additionalProperties"] = {"anyOf": [schema["additionalProperties"], alone]}


ALL_VARIANTS = "*"
"""Hides every change: `variants: off` is short for it."""


def _all_hidden(value: Any) -> Any:
    return [{"hide": ALL_VARIANTS}] if value is False else value


def _or_off(schema: dict[str, Any]) -> None:
    """Let editors take `off` for a list."""
    schema["anyOf"] = [{key: schema.pop(key) for key in ("type", "items")}, {"const": False}]


class FrontMatterKeys(_Strict):
    """The keys of the front matter."""

    title: Annotated[Text, _key("The title of the page.", "title: A neural network in 11 lines")]
    description: Annotated[
        Text,
        Field(max_length=DESCRIPTION_LIMIT),
        _key(
            "One sentence for search engines and lists of posts.",
            "description: Train a network on XOR and read every line of it.",
        ),
    ]
    date: Annotated[
        date,
        Field(le=LAST_DAY),
        _key("The day on which the post is published; posts are listed by it.", "date: 2026-11-21"),
    ]
    updated: Annotated[
        Annotated[Day, Field(le=LAST_DAY)] | None,
        _key("The day on which its text or code last changed.", "updated: 2026-12-05"),
    ] = None
    authors: Annotated[
        list[Text],
        Field(min_length=1),
        _key("Who wrote it: names in `posts/.authors.yml`.", "authors: [name]"),
    ]
    categories: Annotated[
        list[Text], _key("The categories that list the post.", "categories: [Tutorials]")
    ] = []
    tags: Annotated[
        list[Text],
        _key("Words under which the page of tags lists it.", "tags: [numpy, backpropagation]"),
    ] = []
    requires: Annotated[
        list[Text],
        _key("Posts to read first, by the names of their files.", "requires: [a-neuron]"),
    ] = []
    minutes: Annotated[
        MinutesKeys,
        _key(
            "How long it takes to read the post, and to rebuild its program.",
            "minutes: {read: 12, do: 20}",
        ),
    ]
    device: Annotated[
        Literal["cpu", "gpu", "any"],
        _key(
            "What the post runs on; `gpu` needs an NVIDIA GPU, and `any` runs on one as well.",
            "device: cpu",
        ),
    ] = "cpu"
    explain: Annotated[
        Literal["comments", "every-line"] | None,
        _key(
            "Show the program line by line, beside its comments; with `every-line`, each statement "
            "must have one.",
            "explain: every-line",
        ),
    ] = None
    memory: Annotated[
        _Memory | None,
        _key(
            "Memory of a run, in bytes or with a unit, if its share of the machine is too little.",
            "memory: 4 GB",
        ),
    ] = None
    timeout: Annotated[
        Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT)] | None,
        _key("Seconds that a run may take; 300 without it.", "timeout: 900"),
    ] = None
    learns: Annotated[
        list[ClaimKeys],
        _key(
            "The claims: what the network learns, and how that is measured.",
            'learns: [{says: It sorts, metric: accuracy, goal: "> 0.9"}]',
        ),
    ] = []
    no_learning: Annotated[
        str,
        _key(
            "In place of `learns`: why the post trains nothing.",
            "no_learning: This post compares speeds and trains nothing.",
        ),
    ] = ""
    packages: Annotated[
        list[Text],
        _key(
            "Packages that the code needs and does not import by name.", "packages: [scikit-learn]"
        ),
    ] = []
    data: Annotated[
        list[Text],
        _key(
            "Files that the code reads, beside the post or in `posts/data/`.",
            "data: [points.csv]",
        ),
    ] = []
    variants: Annotated[
        list[VariantKeys],
        BeforeValidator(_all_hidden),
        Field(json_schema_extra=_or_off),
        _key(
            "Changes of the program for `mutate` and for readers: your own, and which of the found "
            "ones to hide or to show first; `off` for none.",
            "variants: [{says: It needs both, replace: a + b, with: a}]",
        ),
    ] = []
    vary: Annotated[
        dict[str, SweepKeys],
        BeforeValidator(_values_alone),
        Field(json_schema_extra=_or_values_alone),
        _key(
            "Numbers of the program, by name, and other values for each: readers see what becomes "
            "of the network.",
            "vary: {rate: [0.01, 0.1, 1, 10]}",
        ),
    ] = {}
    draft: Annotated[
        bool, _key("Run the post, and keep it off the published site.", "draft: true")
    ] = False


KEYS_AT_DEPTH: dict[int, type[BaseModel]] = {1: FrontMatterKeys, 2: MinutesKeys, 3: ClaimKeys}
"""For each length of a path of keys, the model that has its last part."""

_BELOW: tuple[type[BaseModel], ...] = (VariantKeys, SweepKeys)

EXAMPLES: dict[str, str] = {
    field.alias or name: str((field.examples or [""])[0])
    for model in (*_BELOW, *KEYS_AT_DEPTH.values())
    for name, field in model.model_fields.items()
}
"""For each key, a line of YAML."""
