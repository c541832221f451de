"""The JSON Schema accepts what the reader accepts, and the documentation lists every key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from site_tools.model.errors import BadPost
from site_tools.model.source import Line, Place
from site_tools.posts.front_matter import read_front_matter
from site_tools.posts.front_matter_keys import KEYS_AT_DEPTH
from site_tools.posts.front_matter_reference import reference, schema
from site_tools.posts.reader import READERS
from tests.support.posts import FRONT
from tests.support.projects import CASES, ROOT

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema()), format_checker=jsonschema.FormatChecker(["date"])
)
PAGE = ROOT / "docs" / "front-matter.md"

MISTAKES = """
bad-date claims-and-none curve-misspelt date-is-text description-too-long expect-without-number
explain-unknown freeze-not-a-list front-matter-empty front-matter-of-jupytext goal-not-a-comparison
goal-not-finite many-at-once memory-not-a-size metric-is-a-list nothing-claimed
seeds-not-a-number seeds-too-few set-not-a-mapping set-not-a-number unknown-key unknown-key-in-claim
wrong-type
""".split()  # noqa: SIM905  the same
"""The cases in `mistakes/` that editors can mark: values of a wrong type or form."""

ODD = """
~ 3 0 -1 1.5 true x 'x' '' '_' [] [x] [1] [''] {} {a:_1} {a:_true} {a:_x} 2026-11-21 2026-13-45 cpu
every-line 4_GB 4GB 1e9 100000000 99 .5_TB '<_0.05' '>_0.9' '<_inf' '<0.1' '==_-1e-3' 4/8 4_/_8 44/
{read:_1,_do:_0} {read:_0,_do:_0} {read:_1} [{says:_x}]
""".split()  # noqa: SIM905  a list would take forty lines


class EditorYaml(yaml.SafeLoader):
    """YAML 1.2 as editors read it: a date is a text."""


EditorYaml.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def marks(text: str) -> bool:
    """Return whether an editor marks something in a front matter."""
    values = yaml.load(text, EditorYaml)  # noqa: S506  a SafeLoader
    return not VALIDATOR.is_valid(values if values is not None else {})


def header_of(path: Path) -> str:
    parts = READERS[path.suffix](path.read_text(encoding="utf-8"), path.name)
    return "\n".join(line.text for line in parts.header)


def is_read(text: str) -> bool:
    lines = [Line(line, Place("a.md", i)) for i, line in enumerate(text.split("\n"), 2)]
    try:
        return not read_front_matter(tuple(lines), slug="a", file="a.md", cells=()).unfit
    except BadPost:
        return False


POSTS = sorted(path for path in (ROOT / "posts").glob("[a-z]*") if path.suffix in READERS)


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.name)
def test_editors_mark_nothing_in_the_posts(path: Path) -> None:
    assert not marks(header_of(path))


@pytest.mark.parametrize("case", MISTAKES)
def test_editors_mark_mistakes(case: str) -> None:
    (path,) = (CASES / "mistakes" / case / "posts").glob("a-post.*")
    assert marks(header_of(path))


CLAIM = {"says": "It counts", "metric": "a", "goal": "'< 2'"}
MINUTES = {"read": "1", "do": "1"}
KEPT = [line for line in FRONT.splitlines() if not line.startswith(("minutes", "no_learning"))]


def front_matter(depth: int, key: str, value: str) -> str:
    """Return a front matter with one odd value at one key."""
    keys = {2: MINUTES, 3: CLAIM}
    minutes, claim = (
        ", ".join(
            f"{k}: {v}" for k, v in {**keys[at], **({key: value} if at == depth else {})}.items()
        )
        for at in keys
    )
    lines = [*KEPT, f"minutes: {{{minutes}}}", f"learns: [{{{claim}}}]"]
    if depth > 1:
        return "\n".join(lines)
    instead = (f"{key}:", "learns:") if key == "no_learning" else (f"{key}:",)
    return "\n".join([*[line for line in lines if not line.startswith(instead)], f"{key}: {value}"])


ONLY_CHECKED = {"metric", "baseline", "curve"}
"""Expressions of Python, which an editor's YAML does not parse."""

EACH = [
    (depth, key, odd.replace("_", " "))
    for depth, model in KEYS_AT_DEPTH.items()
    for key in (*model.model_fields, "unknown")
    for odd in ODD
]


def test_editors_mark_nothing_that_is_read() -> None:
    texts = [front_matter(*case) for case in EACH]
    read = [text for text in texts if is_read(text)]
    assert len(read) > 100
    assert not [text for text in read if marks(text)]


def test_editors_mark_what_is_refused() -> None:
    texts = [
        front_matter(depth, key, odd)
        for depth, key, odd in EACH
        if key not in ONLY_CHECKED and (key == "date" or "2026" not in odd)  # a date in YAML 1.1
    ]
    assert not [text for text in texts if not is_read(text) and not marks(text)]


def test_documentation_lists_every_key(expect: Callable[[Path, str], None]) -> None:
    head, _, _ = PAGE.read_text(encoding="utf-8").partition("## Keys of a post\n")
    expect(PAGE, head + reference())


def test_every_key_has_a_meaning_and_an_example() -> None:
    for model in KEYS_AT_DEPTH.values():
        for key, field in model.model_fields.items():
            assert re.match(r"[A-Z].*\.$", field.description or ""), key
            (example,) = field.examples or [""]
            assert re.search(rf"\b{key}: \S", str(example)), key
