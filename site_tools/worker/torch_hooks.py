"""Switch learning off in torch: undo the steps of optimizers, and make all gradients zero.

Both are needed. Hooks on optimizers miss weights that are updated by hand with `.grad`, and zero
gradients miss momentum and weight decay, which go on without them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from site_tools.worker.code_locations import cell_of
from site_tools.worker.update_switch import Switch

MAX_INSPECTED = 3
"""How many steps and backward passes of a line are inspected for an effect: each inspection copies
all parameters, and the first may change nothing (a rate that warms up from 0, a zero gradient)."""

Line = tuple[str, int, int]
"""`step` or `backward`, and the cell and line of the program that called it."""


def post_line() -> tuple[int, int]:
    """Return the cell and line of the innermost frame of the post; zeros when there is none."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        if cell := cell_of(frame.f_code.co_filename):
            return cell, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0, 0


class Torch:
    """Hooks in torch that count updates in a sham, and suppress them in a control."""

    def __init__(self, switch: Switch, *, updates_names: bool, named: bool = False) -> None:
        """Install the hooks.

        `updates_names` says whether the program rebinds names as a functional update does
        (`w = w - rate * gradient`): only then do new leaves count as changed parameters. `named`
        says whether the claim names them: then the switch turns them, and gradients stay.
        """
        import torch  # noqa: PLC0415
        from torch.optim import optimizer  # noqa: PLC0415

        self.torch: Any = torch
        self.switch = switch
        self._updates_names, self._named = updates_names, named
        self.counts: Counter[Line] = Counter()
        """How often each line called an optimizer's step, or computed gradients."""
        self.used: set[Line] = set()
        """The lines with an effect: steps that changed a parameter, gradients used by hand."""
        self._before: dict[int, list[Any]] = {}
        self._stepped: dict[int, Any] = {}
        """Parameters that belong to an optimizer, by identity."""
        self._stepped_at: dict[int, tuple[int, int]] = {}
        """The cell and the line that stepped each of them first."""
        self.last_line = (0, 0)
        """The cell and the line of the last step, or of the last gradients used by hand."""
        self._seen: dict[Line, list[tuple[Any, Any]]] = {}
        """For each `backward` line: the leaves that it reached, and their values then."""
        self._inspected: Counter[Line] = Counter()
        self._start: dict[int, tuple[Any, Any]] = {}
        """Each parameter, by identity, and its values before the first step or gradient."""
        self._optimized: set[int] = set()
        """Parameters that an optimizer was given, by identity; known while updates are turned."""
        self._hooked: dict[int, Any] = {}
        """The leaves whose gradients are turned, by identity."""
        optimizer.register_optimizer_step_pre_hook(self._before_step)
        optimizer.register_optimizer_step_post_hook(self._after_step)
        self._backward, self._grad = torch.autograd.backward, torch.autograd.grad
        torch.autograd.backward = self._run_backward
        torch.autograd.grad = self._run_grad
        if not switch.learning:
            self._silence_custom_functions()
        if switch.turn is not None:
            self._watch_optimizers()

    def _before_step(self, optimizer: Any, _args: Any, _named: Any) -> None:
        line = ("step", *post_line())
        parameters = _parameters_of(optimizer)
        if self.switch.learning:
            self._stepped.update((id(p), p) for p in parameters)
            self.last_line = line[1], line[2]
            for parameter in parameters:
                self._stepped_at.setdefault(id(parameter), self.last_line)
            self._keep(parameters)
        if not self.switch.learning or self.switch.turn or self._is_unclear(line):
            self._before[id(optimizer)] = [p.detach().clone() for p in parameters]
        self.counts[line] += 1
        self.switch.count(line)

    def _is_unclear(self, line: Line) -> bool:
        """Return whether it is still unknown if a line's steps change a parameter."""
        return line not in self.used and self.counts[line] < MAX_INSPECTED

    def _after_step(self, optimizer: Any, _args: Any, _named: Any) -> None:
        before = self._before.pop(id(optimizer), None)
        if before is None:
            return
        pairs = list(zip(_parameters_of(optimizer), before, strict=True))
        if self.switch.turn is not None:
            for parameter, values in pairs:
                self.switch.turn(values, parameter.detach())
            return
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
        grad_tensors = self._count_backward(tensors, grad_tensors)
        self._backward(tensors, grad_tensors, *rest, **named)

    def _run_grad(
        self, outputs: Any, inputs: Any, grad_outputs: Any = None, *rest: Any, **named: Any
    ) -> Any:
        grad_outputs = self._count_backward(outputs, grad_outputs, inputs)
        return self._grad(outputs, inputs, grad_outputs, *rest, **named)

    def _count_backward(self, outputs: Any, gradients: Any, inputs: Any = None) -> Any:
        """Count a call; return the gradients to propagate, which are zero in a control."""
        tensors = [outputs] if isinstance(outputs, self.torch.Tensor) else list(outputs)
        if any(map(_is_traced, tensors)):
            return gradients
        line = ("backward", *post_line())
        self.counts[line] += 1
        self.switch.count(line)
        if self.switch.learning:
            self._inspect(line, tensors, inputs)
            self._turn_gradients(_leaves(tensors))
            return gradients
        return [self.torch.zeros_like(tensor) for tensor in tensors]

    def _inspect(self, line: Line, tensors: list[Any], inputs: Any) -> None:
        """Find out whether a line's gradients are used by hand: its leaves change or are new."""
        if line in self.used or self._inspected[line] >= MAX_INSPECTED:
            return
        self._inspected[line] += 1
        if inputs is not None:
            reached = [inputs] if isinstance(inputs, self.torch.Tensor) else list(inputs)
        else:
            reached = _leaves(tensors)
        self._keep(reached)
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

    def _turn_gradients(self, leaves: list[Any]) -> None:
        """Let the gradients of these leaves point another way, if no optimizer uses them."""
        turn = self.switch.turn
        if turn is None or self._named:
            return
        for leaf in leaves:
            if id(leaf) not in self._hooked and id(leaf) not in self._optimized:
                self._hooked[id(leaf)] = leaf
                leaf.register_hook(lambda g: turn(self.torch.zeros_like(g), g.clone()))

    def _watch_optimizers(self) -> None:
        original: Any = self.torch.optim.Optimizer.add_param_group

        def add(optimizer: Any, group: Any) -> None:
            original(optimizer, group)
            self._optimized.update(map(id, _parameters_of(optimizer)))

        self.torch.optim.Optimizer.add_param_group = add

    def _keep(self, parameters: Iterable[Any]) -> None:
        for parameter in parameters if self.switch.records else ():
            if id(parameter) not in self._start:
                self._start[id(parameter)] = (parameter, parameter.detach().clone())

    def states(self) -> tuple[list[Any], list[Any]]:
        """Return the parameters: before their first step or gradient, and now."""
        kept = self._start.values()
        return [values for _, values in kept], [parameter for parameter, _ in kept]

    def kept(self) -> Iterator[tuple[Any, bool, tuple[int, int], bool]]:
        """Yield each parameter, whether it has changed, where, and if an optimizer has stepped it.

        Where a parameter is larger or smaller than it was, it has changed.
        """
        for key, (parameter, values) in self._start.items():
            changed = not self.torch.equal(parameter.detach(), values)
            place = self._stepped_at.get(key, self.last_line)
            yield parameter, changed, place, key in self._stepped

    def finish(self) -> None:
        """Compare the leaves that no optimizer has once more, at the end of the program."""
        for line, leaves in self._seen.items():
            self._compare(line, leaves, None)

    def _silence_custom_functions(self) -> None:
        """Zero the gradients that an author's own `backward` returns: it may add its own."""
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


def _is_traced(tensor: Any) -> bool:
    """Return whether a tensor has no numbers: `torch.compile` plans a backward pass with it."""
    return type(tensor).__module__.startswith("torch._subclasses")


def _leaves(tensors: Iterable[Any]) -> list[Any]:
    """Return the leaf tensors of the graphs that end in these tensors."""
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
