"""Torch under control: optimizers put back what they change, and gradients are zero.

Both are needed: hooks on optimizers miss what is updated by hand with `.grad`, and zero gradients
miss momentum and weight decay.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from site_tools.worker.code_locations import cell_of
from site_tools.worker.update_switch import Switch

LOOKS = 3
"""How many steps and gradients of a line are looked at."""

Line = tuple[str, int, int]
"""`step` or `backward`, and the cell and line of the program that called it."""


def post_line() -> tuple[int, int]:
    """Return the cell and line of the program that is running; zeros when there is none."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        if cell := cell_of(frame.f_code.co_filename):
            return cell, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0, 0


class Torch:
    """Torch, observed in a sham and stopped in a control."""

    def __init__(self, switch: Switch, *, updates_names: bool) -> None:
        """Put the hooks in place.

        `updates_names` says whether the program re-binds names as a functional update would:
        only then are leaves that are new each time taken for parameters.
        """
        import torch  # noqa: PLC0415
        from torch.optim import optimizer  # noqa: PLC0415

        self.torch: Any = torch
        self.switch = switch
        self._updates_names = updates_names
        self.counts: Counter[Line] = Counter()
        """How often each line took an optimizer's step, or went backward."""
        self.used: set[Line] = set()
        """The lines that matter: steps that changed a parameter, and gradients used by hand."""
        self._before: dict[int, list[Any]] = {}
        self._stepped: dict[int, Any] = {}
        """Parameters that an optimizer has stepped, by identity."""
        self._seen: dict[Line, list[tuple[Any, Any]]] = {}
        """For each `backward` line: the leaves it reached, and their values then."""
        self._looks: Counter[Line] = Counter()
        optimizer.register_optimizer_step_pre_hook(self._before_step)
        optimizer.register_optimizer_step_post_hook(self._after_step)
        self._backward, self._grad = torch.autograd.backward, torch.autograd.grad
        torch.autograd.backward = self._run_backward
        torch.autograd.grad = self._run_grad
        if not switch.learning:
            self._silence_custom_functions()

    def _before_step(self, optimizer: Any, _args: Any, _named: Any) -> None:
        line = ("step", *post_line())
        parameters = _parameters_of(optimizer)
        if self.switch.learning:
            self._stepped.update((id(p), p) for p in parameters)
        if not self.switch.learning or self._is_unclear(line):
            self._before[id(optimizer)] = [p.detach().clone() for p in parameters]
        self.counts[line] += 1
        self.switch.count(line)

    def _is_unclear(self, line: Line) -> bool:
        """Return whether it is not known yet if a line's steps change anything."""
        return line not in self.used and self.counts[line] < LOOKS

    def _after_step(self, optimizer: Any, _args: Any, _named: Any) -> None:
        before = self._before.pop(id(optimizer), None)
        if before is None:
            return
        pairs = list(zip(_parameters_of(optimizer), before, strict=True))
        if self.switch.learning:
            if any(not self.torch.equal(p.detach(), values) for p, values in pairs):
                self.used.add(("step", *post_line()))
            return
        with self.torch.no_grad():
            for parameter, values in pairs:
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
        self.counts[line] += 1
        self.switch.count(line)
        tensors = [outputs] if isinstance(outputs, self.torch.Tensor) else list(outputs)
        if self.switch.learning:
            self._examine(line, tensors, inputs)
            return gradients
        return [self.torch.zeros_like(tensor) for tensor in tensors]

    def _examine(self, line: Line, tensors: list[Any], inputs: Any) -> None:
        """Find out whether a line's gradients are used by hand: their leaves change or are new."""
        if line in self.used or self._looks[line] >= LOOKS:
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

    def _compare(self, line: Line, earlier: list[tuple[Any, Any]], now: set[int] | None) -> None:
        own = [(leaf, values) for leaf, values in earlier if id(leaf) not in self._stepped]
        changed = any(not self.torch.equal(leaf.detach(), values) for leaf, values in own)
        renewed = now is not None and any(id(leaf) not in now for leaf, _ in own)
        if changed or (renewed and self._updates_names):
            self.used.add(line)

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


def _parameters_of(optimizer: Any) -> list[Any]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


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
