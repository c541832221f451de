# freeze: w
from __future__ import annotations

for step in range(3):
    change = 1.0 if step == 0 else w * step
    w = change
