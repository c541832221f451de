"""What a site sets below `elevenlines:` in the `plugins:` of its `mkdocs.yml`.

Each setting has its type, its default and what it is for; the guide's table is made of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

LARGEST = 500_000
"""Bytes of text in a post, unless the site allows more: `check` reads as much in seconds."""

LARGEST_DATA = 5_000_000
"""Bytes of a data file, unless the site allows more: each reader of the post loads it."""


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """How many bytes a site lets its authors write."""

    largest_post: int = LARGEST
    """Of the text of a post."""
    largest_data: int = LARGEST_DATA
    """Of a data file."""


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Address = Annotated[str, Field(pattern=r"^(https?://[^\s\"'<>\\]+)?$")]
Pattern = Annotated[
    str,
    Field(
        pattern=r"^((https?://|\{repository\}/)"
        r"([^\s\"'<>\\{}]|\{(slug|title|url|versions|repository)\})+)?$"
    ),
]
"""An address for each post, with the names of what differs in braces."""

_PART = r"[\w-]+(\.[\w-]+)*"  # neither `..` nor a hidden file
Page = Annotated[str, Field(pattern=rf"^(({_PART}/)*{_PART}\.md)?$")]
Name = Annotated[str, Field(pattern=r"^[\w./-]+$")]
"""The name of a branch."""


Signer = Annotated[
    str, Field(pattern=r"^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}( [^\n]*)?$")
]
"""A public key in OpenSSH's format, with a comment; the digits before the braces say Ed25519."""


def _limit(value: Any) -> int | None:
    """Return a limit, None when it is switched off; raises PydanticCustomError."""
    if value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise PydanticCustomError("limit", "a whole number of at least 1, or off")
    return value


Limit = Annotated[
    int | None,
    PlainValidator(_limit),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"const": False}]}),
]


class _Options(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )


class Colours(_Options):
    """The colours of a scheme; the defaults are those of the light one."""

    paper: Colour = "#ffffff"
    """Behind everything."""
    code_paper: Colour = "#f4f5f7"
    """Behind code."""
    ink: Colour = "#1b1d20"
    """Text."""
    soft: Colour = "#565b62"
    """Text that may be passed over."""
    faint: Colour = "#7d838b"
    """Signs beside the text."""
    line: Colour = "#e2e4e8"
    """Lines between parts of a page."""
    axis: Colour = "#aeb3ba"
    """Lines of charts."""
    accent: Colour = "#1f5fae"
    """Links, and what the network does when it learns."""
    hover: Colour | None = None
    """A link below the pointer; by default the accent, darker or lighter."""
    goal: Colour = "#a8421f"
    """The goal of a claim."""
    learning_off: Colour = "#7d838b"
    """What the network does with learning switched off."""

    @property
    def below_pointer(self) -> str:
        """Return the colour of a link below the pointer: nearer to the text than the accent."""
        return self.hover or mixed(self.accent, self.ink, 0.25)


class DarkColours(Colours):
    """The colours of the dark scheme."""

    paper: Colour = "#15171a"
    code_paper: Colour = "#1e2125"
    ink: Colour = "#e8eaed"
    soft: Colour = "#a3a9b1"
    faint: Colour = "#8b9199"
    line: Colour = "#2f3338"
    axis: Colour = "#565c64"
    accent: Colour = "#7fb4f0"
    goal: Colour = "#f0916f"
    learning_off: Colour = "#a3a9b1"


class Schemes(_Options):
    """The colours of both schemes."""

    light: Colours = Colours()
    """For a bright room, and for print."""
    dark: DarkColours = DarkColours()
    """For a dark room."""


class Licence(_Options):
    """Under what others may use the site; empty texts say nothing."""

    code: str = ""
    """The licence of the code, such as `MIT`."""
    text: str = ""
    """The licence of text and figures, such as `CC BY 4.0`."""
    text_url: Address = ""
    """Where the licence of the text can be read."""

    @property
    def sentence(self) -> str:
        """Return both licences as a line of text, empty without any."""
        parts = [f"Code: {self.code} licence."] if self.code else []
        return " ".join([*parts, *([f"Text: {self.text}."] if self.text else [])])


class Style(_Options):
    """House style: what `check` asks of a post. `off` switches a rule off."""

    cell_lines: Limit = 20
    """Most lines of code in a cell, comments not counted."""
    line_width: Limit = 88
    """Most characters in a line of code; a page shows 88 without scrolling."""
    words_per_line: Limit = 6
    """Fewest words of prose or comment for each line of code, over a post."""
    prose_between_cells: bool = True
    """There is prose between two cells of code."""
    plain_imports: bool = True
    """No argparse, logging or tqdm."""
    no_try: bool = True
    """No `try`, which hides what goes wrong."""
    no_type_hints: bool = True
    """No type hints, which are one more thing to explain."""
    computed_numbers: bool = True
    """Each decimal number in prose is one that the post computes."""


class Options(_Options):
    """All settings of the plugin."""

    colours: Schemes = Schemes()
    """The colours of the light and the dark scheme."""
    licence: Licence = Licence()
    """Under what others may use the code and the text."""
    repository: Address = ""
    """The address of the repository, for "edit this page" and for Colab."""
    main_branch: Name = "main"
    """The branch that "edit this page" opens."""
    notebooks_branch: Annotated[str, Field(pattern=r"^[\w./-]*$")] = ""
    """The branch with the notebooks that Colab opens; without one, no page links to Colab."""
    newsletter: Address = ""
    """Where readers subscribe to a newsletter; every post leads to it and to the feed."""
    discussion: Pattern = ""
    """Where a post is discussed: an address with `{slug}`, `{title}` or `{url}` in it."""
    report: Pattern = ""
    """Where readers report an error of a post; `{versions}` are those that its run used."""
    author_pages: bool = True
    """Each author has a page with their posts."""
    claims_page: Page = ""
    """The page of `docs/` that explains to readers what a claim proves."""
    limits_page: Page = ""
    """The page of `docs/` that tells readers what a claim does not prove."""
    glossary: Page = ""
    """The page of `docs/` that explains words; a post links to it where it first uses one."""
    torch_index: Address = "https://download.pytorch.org/whl/cpu"
    """Where downloads get torch: the build for the CPU has no gigabytes for a GPU."""
    style: Style = Style()
    """House style."""
    trust_html: bool = False
    """Prose may contain any HTML, scripts included."""
    allow_remote: list[str] = []
    """The hosts from which pages may load pictures, sound and video."""
    categories_allowed: list[str] = []
    """The categories that posts may have; without any, all."""
    tags_allowed: list[str] = []
    """The tags that posts may have; without any, all."""
    variants: Limit = 6
    """Runs that `mutate` may make to show what each line is for, for each run of the evidence."""
    shared_store: Annotated[str, Field(pattern=r"^((([a-z][a-z0-9+.-]*:)?/)?/\S+)?$")] = ""
    """Where other machines look for runs, and leave theirs: an address, or the path of a folder."""
    signers: list[Signer] = []
    """Whose runs count when they come from elsewhere, as public keys; without any, everybody's."""
    largest_post: Annotated[ByteSize, Field(gt=0)] = ByteSize(LARGEST)
    """How much text a post may have."""
    largest_data: Annotated[ByteSize, Field(gt=0)] = ByteSize(LARGEST_DATA)
    """How large a data file may be."""

    @property
    def size_limits(self) -> SizeLimits:
        """Return how large posts and their data may be."""
        return SizeLimits(self.largest_post, self.largest_data)

    @property
    def allowed_names(self) -> dict[Literal["categories", "tags"], list[str]]:
        """Return the names that posts may use, for each kind that the site limits."""
        found: dict[Literal["categories", "tags"], list[str]] = {
            "categories": self.categories_allowed,
            "tags": self.tags_allowed,
        }
        return {kind: names for kind, names in found.items() if names}


def mixed(colour: str, other: str, part: float) -> str:
    """Return a colour with a part of another in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + part * (b - a)):02x}" for a, b in pairs)


def channels(colour: str) -> list[int]:
    """Return red, green and blue of a colour, from 0 to 255 each."""
    return [int(digits, 16) for digits in re.findall("..", colour[1:])]
