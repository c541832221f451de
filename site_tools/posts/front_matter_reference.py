"""The JSON Schema of the front matter, and the table of its keys in the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel

from site_tools.posts.front_matter_keys import (
    ClaimKeys,
    FrontMatterKeys,
    MinutesKeys,
    SweepKeys,
    VariantKeys,
)

SCHEMA_FILE = "schema/front-matter.json"
"""Where the site has the schema."""

_Schema = Mapping[str, Any]

_ONE_OF_BOTH = [
    {"required": ["learns"], "properties": {"learns": {"minItems": 1}}},
    {"required": ["no_learning"], "properties": {"no_learning": {"pattern": r"\S"}}},
]
"""A post has claims, or a reason why it has none."""

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "keys and values",
}


@cache
def schema() -> str:
    """Return the JSON Schema of the front matter: what `check` refuses for a value's type."""
    content = FrontMatterKeys.model_json_schema()
    for part in (content, *content["$defs"].values()):
        part["title"] = part.pop("description").removesuffix(".")
        for key, value in part["properties"].items():
            value.pop("title", None)
            value["examples"] = [_value_of(key, line) for line in value["examples"]]
    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **content,
        "oneOf": _ONE_OF_BOTH,
    }
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"


def _value_of(key: str, line: str) -> Any:
    """Return the value of a key in a line of YAML that shows it."""
    values = yaml.safe_load(line)
    return values[key] if key in values else next(iter(values.values()))[key]


_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("Keys of a post", FrontMatterKeys),
    ("Keys of a claim", ClaimKeys),
    ("Keys of a change, an item of `variants`", VariantKeys),
    ("Keys of one name of `vary`", SweepKeys),
    ("Keys of `minutes`", MinutesKeys),
)


_LISTS = {"ClaimKeys": "claims", "VariantKeys": "changes"}
"""What the items of a list are, by their model."""


def reference() -> str:
    """Return the tables of all keys, as Markdown."""
    content = json.loads(schema())
    tables = [
        [f"## {heading}", "", *_table(_schema_of(model, content), model)]
        for heading, model in _TABLES
    ]
    return "\n\n".join("\n".join(table) for table in tables) + "\n"


def _schema_of(model: type[BaseModel], content: _Schema) -> _Schema:
    part: _Schema = content["$defs"].get(model.__name__, content)
    return part


def _table(part: _Schema, model: type[BaseModel]) -> Iterator[str]:
    yield "| key | what it is for | value |"
    yield "|---|---|---|"
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for key, value in part["properties"].items():
        example = str((fields[key].examples or [""])[0])
        need = "**required**" if key in part.get("required", []) else _default(value)
        about = f"{value['description']}<br>`{example}`"
        kind = _kind(value)
        yield f"| `{key}` | {about} | {kind[0].upper()}{kind[1:]}; {need} |"


def _default(value: _Schema) -> str:
    given = value.get("default")
    if given in (None, "", [], {}):
        return "optional"
    text = given if isinstance(given, str) else json.dumps(given)
    return f"`{text}` without it"


def _kind(value: _Schema) -> str:  # noqa: PLR0911  one kind a line
    """Return in words which values a key has."""
    if "enum" in value:
        return " or ".join(f"`{one}`" for one in value["enum"])
    if "anyOf" in value:
        kinds = [_kind(one) for one in value["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds)
    if "const" in value:
        return "`off`"
    if "$ref" in value:
        return "keys and values, see below"
    if value["type"] == "array":
        named = _LISTS.get(value["items"].get("$ref", "").rpartition("/")[2])
        return (
            f"a list of {named}, see below"
            if named
            else f"a list of {_kind(value['items']).removeprefix('a ')}s"
        )
    if value.get("format") == "date":
        return "a date"
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return " or ".join(_WORDS[kind] for kind in kinds) + _limits(value)


def _limits(value: _Schema) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    if low is not None and high is not None:
        return f" from {low:,} to {high:,}"
    if low is not None:
        return f" of at least {low:,}"
    longest = value.get("maxLength")
    return f" of at most {longest} characters" if longest else ""
