"""What public programs use of torchvision, on data that scikit-learn brings along.

A benchmark has no network, and torchvision's builds for a CPU come from another index than torch's.
Digits are scikit-learn's, 8 by 8 pixels, enlarged to MNIST's 28 by 28: 1,400 to train, 397 to test.
"""

from . import datasets, transforms, utils

__all__ = ["datasets", "transforms", "utils"]
