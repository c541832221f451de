"""Which of all that a program trains has changed when it has ended: names, and tensors of torch.

A tensor that never changes has been frozen, or its optimizer was given others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from site_tools.analysis.updates import Site
from site_tools.model.text import cut
from site_tools.worker.update_switch import Switch

if TYPE_CHECKING:
    from site_tools.worker.torch_hooks import Torch

MOST_NAMED = 20
"""Things that never change and are named."""

_LONGEST = 60
"""Characters of such a name."""

Thing = tuple[str, int, int]
"""A name, with the cell and the line that should change it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What should learn, and what of it has never changed."""

    things: int = 0
    changed: int = 0
    unchanged: Sequence[Thing] = ()


def coverage(
    switch: Switch,
    sites: Sequence[Site],
    torch: Torch | None,
    namespace: Mapping[str, Any],
    *,
    named: bool,
) -> Coverage:
    """Return what of a program's names and tensors has changed.

    The `sites` count if the claim has `named` what learns at them.
    """
    found = [*(_names(switch, sites) if named else ())]
    if torch is not None:
        found += _tensors(torch, namespace, named=named)
    still = [thing for thing, changed in found if not changed]
    return Coverage(len(found), len(found) - len(still), still[:MOST_NAMED])


def _names(switch: Switch, sites: Sequence[Site]) -> Iterator[tuple[Thing, bool]]:
    for name in dict.fromkeys(site.name for site in sites):
        own = [site for site in sites if site.name == name]
        yield (name, own[0].cell, own[0].line), any(switch.has_changed(s.number) for s in own)


def _tensors(
    torch: Torch, namespace: Mapping[str, Any], *, named: bool
) -> Iterator[tuple[Thing, bool]]:
    """Yield the tensors that optimizers step, those that learn by hand, and others of their nets.

    The parameters of a network that is not trained at all are no part of what should learn.
    """
    nets = [list(own) for own in _networks(namespace)]
    names = {id(p): name for own in reversed(nets) for name, p in own}
    names |= {id(value): name for name, value in namespace.items() if id(value) not in names}
    seen: dict[int, bool] = {}
    for parameter, changed, line, is_stepped in torch.kept():
        if not parameter.requires_grad or not (is_stepped or (changed and not named)):
            continue
        seen[id(parameter)] = changed
        yield (_text(names.get(id(parameter)), parameter), *line), changed
    for own in nets:
        if any(seen.get(id(parameter)) for _, parameter in own):
            for _, other in own:
                if other.requires_grad and id(other) not in seen:
                    seen[id(other)] = False
                    yield (_text(names[id(other)], other), *torch.last_line), False


def _text(name: str | None, parameter: Any) -> str:
    known = name or f"a tensor of shape {tuple(parameter.shape)}"
    return cut("".join(c for c in known if c.isprintable()), _LONGEST)


def _networks(namespace: Mapping[str, Any]) -> Iterator[Iterator[tuple[str, Any]]]:
    """Yield the named parameters of each network that a name of the program holds."""
    module = sys.modules["torch"].nn.Module
    for name, value in list(namespace.items()):
        for inner, one in _parts(name, value):
            if isinstance(one, module):
                yield ((f"{inner}.{own}", p) for own, p in one.named_parameters())


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    yield name, value
    if isinstance(value, list | tuple):
        yield from ((f"{name}[{i}]", part) for i, part in enumerate(value))
    elif isinstance(value, dict):
        yield from ((f"{name}[{key!r}]", part) for key, part in value.items())
    elif not isinstance(value, type) and type(value).__module__ == "__main__":
        yield from ((f"{name}.{key}", p) for key, p in getattr(value, "__dict__", {}).items())
