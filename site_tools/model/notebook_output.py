"""The forms of a code cell's outputs, to validate those that come from a file or from a kernel.

Apart from `model.run`, because a worker needs no validation and must not import what it takes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict


class Printed(TypedDict):
    """Text that a cell has printed."""

    output_type: Literal["stream"]
    name: Literal["stdout", "stderr"]
    text: str


class Displayed(TypedDict):
    """What a cell has shown, in one or more formats."""

    output_type: Literal["display_data", "execute_result"]
    data: dict[str, Any]
    metadata: dict[str, Any]


class Raised(TypedDict):
    """The exception of a cell that is meant to raise."""

    output_type: Literal["error"]
    ename: str
    evalue: str
    traceback: list[str]


AnyOutput = Annotated[Printed | Displayed | Raised, Field(discriminator="output_type")]
