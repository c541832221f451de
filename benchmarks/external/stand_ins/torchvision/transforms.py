"""The transforms that the programs use, on tensors of bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch


class ToTensor:
    """Bytes, 28 by 28 → numbers from 0 to 1, 1 by 28 by 28."""

    def __call__(self, picture: torch.Tensor) -> torch.Tensor:
        """Return the picture with a dimension for its one colour."""
        return picture[None].float() / 255


@dataclass
class Normalize:
    """Subtract a mean and divide by a standard deviation."""

    mean: Sequence[float]
    std: Sequence[float]

    def __call__(self, picture: torch.Tensor) -> torch.Tensor:
        """Return the picture, normalized."""
        return (picture - self.mean[0]) / self.std[0]


@dataclass
class Lambda:
    """A function as a transform."""

    function: Callable[[Any], Any]

    def __call__(self, picture: torch.Tensor) -> Any:  # whatever the function returns
        """Return what the function makes of the picture."""
        return self.function(picture)


@dataclass
class Compose:
    """One transform after the other."""

    transforms: Sequence[Callable[[Any], Any]]

    def __call__(self, picture: torch.Tensor) -> Any:  # whatever the last one returns
        """Return the picture after all transforms."""
        for transform in self.transforms:
            picture = transform(picture)
        return picture
