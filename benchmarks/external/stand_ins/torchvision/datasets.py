"""Small digits under the name of MNIST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch.utils.data import Dataset

TRAINING = 1_400
"""Of scikit-learn's 1,797 digits; the rest is to test."""


class MNIST(Dataset):  # type: ignore[type-arg]  # the base class is generic since torch 2
    """Digits of 28 by 28 pixels from 0 to 255, and their classes."""

    def __init__(
        self,
        root: str = "",
        train: bool = True,  # noqa: FBT001, FBT002  # torchvision's signature
        transform: Callable[[Any], Any] | None = None,
        **_: object,
    ) -> None:
        """Load one part; `root` and `download` are not needed."""
        del root
        part = slice(None, TRAINING) if train else slice(TRAINING, None)
        digits = load_digits()
        small = torch.as_tensor(digits.images[part] * 255 / 16, dtype=torch.float32)
        large = torch.nn.functional.interpolate(small[:, None], (28, 28), mode="bilinear")
        self.data = large[:, 0].round().to(torch.uint8)
        self.targets = torch.as_tensor(digits.target[part], dtype=torch.int64)
        self.transform = transform

    def __len__(self) -> int:
        """Return how many digits there are."""
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return a picture, transformed, and its class."""
        picture = self.data[index]
        return (self.transform(picture) if self.transform else picture), int(self.targets[index])
