"""Learning switched off, from outside of the program.

A control is the same program whose updates do nothing: statements that `freeze` names are
skipped, torch's optimizers leave their parameters as they were, and gradients are zero. The same
instruments with learning on (the sham) count what happens. Part of a trial's process: imports
nothing but the standard library until it is asked to.
"""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

NEVER = 1 << 62
PATIENCE = 2
"""A control stops when it has tried this many times the updates of the published program."""

LOOKS = 3
"""How many values of a name, and gradients of a line, are looked at."""

Reader = Callable[[], list[Any]]


class Enough(BaseException):
    """Ends a loop, or a top-level statement, that would never end without learning."""

    def __init__(self, loop: _Loop | None) -> None:
        super().__init__()
        self.loop = loop


class _Loop:
    """A watched loop while it runs."""

    __slots__ = ("number", "outer_stop", "start", "switch")

    def __init__(self, switch: Switch, number: int) -> None:
        self.switch, self.number = switch, number

    def __enter__(self) -> None:
        switch = self.switch
        self.start, self.outer_stop = switch.total, switch.stop
        switch.stop = min(switch.stop, self.start + switch.limits[self.number])
        switch.running.append(self)

    def __exit__(self, _type: object, value: BaseException | None, _traceback: object) -> bool:
        switch = self.switch
        switch.running.pop()
        switch.stop = self.outer_stop
        done = switch.total - self.start
        switch.peaks[self.number] = max(switch.peaks[self.number], done)
        return isinstance(value, Enough) and value.loop is self


@dataclass
class Switch:
    """What instrumented code asks before an update, and where updates are counted."""

    learning: bool
    loops: int
    """How many loops the program has."""
    binding: frozenset[int] = frozenset()
    """The sites that may be the first to bind their target."""
    slots: frozenset[int] = frozenset()
    """The sites whose target is a part of something."""
    published: tuple[int, Sequence[int]] | None = None
    """The published program's number of updates, in all and at most in one run of each loop."""
    counts: Counter[int] = field(default_factory=Counter)
    """How often each site was asked."""
    torch_counts: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    """How often each line took an optimizer's `step`, or went `backward`."""
    by_hand: set[tuple[str, int, int]] = field(default_factory=set)
    """The `backward` lines whose gradients no optimizer used."""
    steady: frozenset[int] = frozenset()
    """The sites that tally, if their value is a single number."""
    tallies: set[int] = field(default_factory=set)
    """The sites that count or follow a schedule. Stopping them stops no learning, so they run."""
    stopped: bool = False
    total: int = 0
    stop: int = NEVER
    """The total at which something has to end."""

    def __post_init__(self) -> None:
        self.running: list[_Loop] = []
        self.peaks = [0] * self.loops
        self.limits = [NEVER] * self.loops
        self.final_stop = NEVER
        if self.published and not self.learning:
            total, peaks = self.published
            self.stop = self.final_stop = PATIENCE * total
            self.limits = [PATIENCE * (peak or total) for peak in peaks]
        self._kept: dict[int, list[tuple[Any, Any]]] = {}

    def loop(self, number: int) -> _Loop:
        """Return the guard around one run of a loop."""
        return _Loop(self, number)

    def learns(self, site: int, read: Reader) -> bool:
        """Return whether an update runs."""
        if self.learning:
            if self.counts[site] < LOOKS and site in self.steady:
                self._look(site, read)
        elif site in self.tallies or (
            site in self.binding and not _bound(read, blank=site not in self.slots)
        ):
            return True
        self.counts[site] += 1
        self.count()
        return self.learning

    def count(self) -> None:
        """Count an update; end what tries for too long."""
        self.total += 1
        if self.total > self.stop:
            self.stopped = True
            ended = [x for x in self.running if self.total > x.start + self.limits[x.number]]
            raise Enough(ended[-1] if ended else None)

    def _look(self, site: int, read: Reader) -> None:
        try:
            values = read()
        except Exception:  # noqa: BLE001  not bound yet
            return
        if site in self.steady and all(map(_is_scalar, values)):
            self.tallies.add(site)

    def keep(self, site: int, read: Reader) -> bool:
        """Remember what a statement would change; return False when it is not bound yet."""
        if not _bound(read, blank=True):
            return False
        self._kept[site] = [(value, _copied(value)) for value in read()]
        return True

    def restored(self, site: int, targets: Sequence[int]) -> list[Any]:
        """Undo what a statement changed, and return the old values of these targets."""
        kept = self._kept.pop(site)
        for value, before in kept:
            _write_back(value, before)
        return [kept[i][0] for i in targets]

    def shuffled(self, values: Any) -> Any:
        """Return rows in another order; the generators are as they were."""
        order = list(range(len(values)))
        random.Random(self.loops + len(order)).shuffle(order)  # noqa: S311
        if isinstance(values, list | tuple):
            return type(values)(values[i] for i in order)
        return values[order]


def _bound(read: Reader, *, blank: bool) -> bool:
    """Return whether all targets exist; zeros count unless `blank` is false."""
    try:
        values = read()
    except Exception:  # noqa: BLE001  whatever a missing target raises
        return False
    return not any(value is None or (not blank and _is_blank(value)) for value in values)


def _is_blank(value: Any) -> bool:
    """Return whether a value is zeros alone, as in a table that waits to be filled."""
    try:
        return not (value.any() if hasattr(value, "any") else value)
    except Exception:  # noqa: BLE001  foreign types may refuse
        return False


def _is_scalar(value: Any) -> bool:
    return not getattr(value, "ndim", 0) and hasattr(value, "__float__")


def _copied(value: Any) -> Any:
    if "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor):
        return value.detach().clone()
    if isinstance(value, list | tuple):
        return type(value)(map(_copied, value))
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  what cannot be copied is left as it is
        return value


def _write_back(value: Any, before: Any) -> None:
    """Give an object the contents that it had."""
    if hasattr(value, "detach"):
        with sys.modules["torch"].no_grad():
            value.copy_(before)
    elif isinstance(value, list | dict | tuple):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in list(pairs):
            if _is_number(part) and not isinstance(value, tuple):
                value[key] = before[key]
            elif key in before or not isinstance(value, dict):
                _write_back(part, before[key])
    elif hasattr(value, "shape") and hasattr(value, "__setitem__"):
        value[...] = before
    elif hasattr(value, "__dict__"):
        value.__dict__.update(before.__dict__)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex)


def post_line() -> tuple[int, int]:
    """Return the cell and line of the program that is running; zeros when there is none."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<cell "):
            return int(name[6:-1]), frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0, 0


class Torch:
    """Torch under control: optimizers put back what they change, gradients are zero."""

    def __init__(self, switch: Switch) -> None:
        import torch  # noqa: PLC0415
        from torch.optim import optimizer  # noqa: PLC0415

        self.torch: Any = torch
        self.switch = switch
        self._before: dict[int, list[Any]] = {}
        self._stepped: dict[int, Any] = {}
        """Parameters that an optimizer has stepped, by identity."""
        self._seen: dict[tuple[str, int, int], list[tuple[Any, Any]]] = {}
        """For each `backward` line: the leaves it reached, and their values then."""
        self._looks: Counter[tuple[str, int, int]] = Counter()
        optimizer.register_optimizer_step_pre_hook(self._before_step)
        optimizer.register_optimizer_step_post_hook(self._after_step)
        self._backward, self._grad = torch.autograd.backward, torch.autograd.grad
        torch.autograd.backward = self._run_backward
        torch.autograd.grad = self._run_grad
        if not switch.learning:
            self._silence_custom_functions()

    def _before_step(self, optimizer: Any, _args: Any, _named: Any) -> None:
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        if self.switch.learning:
            self._stepped.update((id(p), p) for p in parameters)
        else:
            self._before[id(optimizer)] = [p.detach().clone() for p in parameters]
        self.switch.torch_counts["step", *post_line()] += 1
        self.switch.count()

    def _after_step(self, optimizer: Any, _args: Any, _named: Any) -> None:
        before = self._before.pop(id(optimizer), None)
        if before is not None:
            parameters = [p for group in optimizer.param_groups for p in group["params"]]
            with self.torch.no_grad():
                for parameter, values in zip(parameters, before, strict=True):
                    parameter.copy_(values)

    def _run_backward(
        self, tensors: Any, grad_tensors: Any = None, *rest: Any, **named: Any
    ) -> None:
        grad_tensors = self._went_back(tensors, grad_tensors)
        self._backward(tensors, grad_tensors, *rest, **named)

    def _run_grad(
        self, outputs: Any, inputs: Any, grad_outputs: Any = None, *rest: Any, **named: Any
    ) -> Any:
        grad_outputs = self._went_back(outputs, grad_outputs, inputs)
        return self._grad(outputs, inputs, grad_outputs, *rest, **named)

    def _went_back(self, outputs: Any, gradients: Any, inputs: Any = None) -> Any:
        """Count a call; return the gradients to start from, which are zero in a control."""
        line = ("backward", *post_line())
        self.switch.torch_counts[line] += 1
        self.switch.count()
        tensors = [outputs] if isinstance(outputs, self.torch.Tensor) else list(outputs)
        if self.switch.learning:
            self._examine(line, tensors, inputs)
            return gradients
        return [self.torch.zeros_like(tensor) for tensor in tensors]

    def _examine(self, line: tuple[str, int, int], tensors: list[Any], inputs: Any) -> None:
        """Find out whether a line's gradients are used by hand: their leaves change or are new."""
        if line in self.switch.by_hand or self._looks[line] >= LOOKS:
            return
        self._looks[line] += 1
        if inputs is not None:
            reached = [inputs] if isinstance(inputs, self.torch.Tensor) else list(inputs)
        else:
            reached = _leaves(tensors)
        earlier = self._seen.get(line)
        if earlier is not None:
            self._compare(line, earlier, set(map(id, reached)))
        self._seen[line] = [(leaf, leaf.detach().clone()) for leaf in reached]

    def _compare(
        self, line: tuple[str, int, int], earlier: list[tuple[Any, Any]], now: set[int] | None
    ) -> None:
        own = [(leaf, values) for leaf, values in earlier if id(leaf) not in self._stepped]
        changed = any(not self.torch.equal(leaf.detach(), values) for leaf, values in own)
        if changed or (now is not None and any(id(leaf) not in now for leaf, _ in own)):
            self.switch.by_hand.add(line)

    def finish(self) -> None:
        """Look a last time at the leaves that no optimizer has."""
        for line, leaves in self._seen.items():
            self._compare(line, leaves, None)

    def _silence_custom_functions(self) -> None:
        """Zero what an author's own `backward` returns, whatever it was given."""
        from torch.autograd.function import BackwardCFunction  # noqa: PLC0415

        original: Any = BackwardCFunction.apply

        def apply(node: Any, *args: Any) -> Any:
            gradients = original(node, *args)
            if isinstance(gradients, tuple):
                return tuple(g if g is None else self.torch.zeros_like(g) for g in gradients)
            return gradients if gradients is None else self.torch.zeros_like(gradients)

        BackwardCFunction.apply = apply  # type: ignore[method-assign]


def _leaves(tensors: Iterable[Any]) -> list[Any]:
    """Return the leaf tensors that a graph leads back to."""
    waiting = [tensor.grad_fn for tensor in tensors if tensor.grad_fn is not None]
    leaves = [tensor for tensor in tensors if tensor.grad_fn is None and tensor.requires_grad]
    seen = set(map(id, waiting))
    while waiting:
        node = waiting.pop()
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        for following, _ in node.next_functions:
            if following is not None and id(following) not in seen:
                seen.add(id(following))
                waiting.append(following)
    return leaves
