"""What a claim that lists nothing could list: each list is tried as a claim of its own.

A list is proposed only if its control misses the goal, and if nothing shows that it holds
something else than what learns.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from site_tools.analysis.syntax import parse
from site_tools.analysis.update_candidates import lists_to_try, tallies_to_try
from site_tools.evidence.claim_trials import trials_of
from site_tools.evidence.further_controls import further_conditions
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.evidence.what_learns import learns_the_same, needs_its_start
from site_tools.model.claim import Claim, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.posts.dependencies import imported_modules

Runs = Mapping[Condition, Run]


def lists_nothing(post: Post, claim: Claim) -> bool:
    """Return whether a claim names no update although nothing that trains can be seen in its post.

    Torch trains with gradients or the step of an optimizer; a package may do so on its own.
    """
    if claim.freeze or claim.tally or claim.constants:
        return False
    trees = [parse(source) for source in post.sources]
    modules = set().union(*map(imported_modules, trees))
    return "torch" not in modules or not (modules - _PLAIN or any(map(_asks_to_train, trees)))


_PLAIN = {*sys.stdlib_module_names, "torch", "numpy", "matplotlib", "pandas", "sklearn"}
"""Modules that do not train a network of torch on their own."""

_TRAINS = re.compile(r"step|fit|train|optim|backward|(?!no_)\w*grad.*|vjp|jvp|jac\w+|hessian")
"""What torch's updates are made with, and the parts of it that make them."""


def _asks_to_train(tree: ast.Module) -> bool:
    """Return whether code reads an attribute, or imports a name, that updates are made with."""
    for node in ast.walk(tree):
        names = [getattr(node, "attr", "")]
        if isinstance(node, ast.Import | ast.ImportFrom):
            paths = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            names = [part for path in paths for part in path.split(".")]
        if any(map(_TRAINS.fullmatch, names)):
            return True
    return False


def lists_of(post: Post, claim: Claim) -> list[Claim]:
    """Return the claim with each list that it could have; none if it names something already.

    Names for `tally` come last: what learns by counting is rare.
    """
    if not lists_nothing(post, claim):
        return []
    cells = tuple(post.sources)
    return [
        *(replace(claim, freeze=names) for names in lists_to_try(cells, claim.metric)),
        *(replace(claim, tally=(name,)) for name in tallies_to_try(cells, claim.metric)),
    ]


def conditions_to_try(post: Post, claim: Claim) -> list[Condition]:
    """Return all conditions under which such lists are tried."""
    return [
        one
        for listed in lists_of(post, claim)
        for one in (_control(listed), *_checks(post, listed))
    ]


def next_to_try(post: Post, claim: Claim, runs: Runs) -> list[Condition]:
    """Return the conditions to try next, until a list holds or none is left.

    First the controls of all lists for `freeze`, then what else is asked of those that miss the
    goal, one list after another; then the same for `tally`.
    """
    lists = lists_of(post, claim)
    for some in ([one for one in lists if one.freeze], [one for one in lists if one.tally]):
        controls = [_control(one) for one in some]
        if not all(one in runs for one in controls):
            return controls
        for verdict in _controlled(post, some, runs):
            checks = _checks(post, verdict.claim)
            if not all(one in runs for one in checks):
                return checks
            if _holds(verdict):
                return []
    return []


def proposed(post: Post, claim: Claim, runs: Runs) -> Trial | None:
    """Return the control of the first list that holds; None without one."""
    for verdict in _controlled(post, lists_of(post, claim), runs):
        if all(one in runs for one in _checks(post, verdict.claim)) and _holds(verdict):
            return verdict.off[0]
    return None


def _control(listed: Claim) -> Condition:
    return listed.condition("control", 1)


def _checks(post: Post, listed: Claim) -> list[Condition]:
    """Return the conditions that show whether a list holds something else than what learns."""
    kinds = {"mixed", "restart"}
    further = [one for one in further_conditions(post, listed) if one.kind in kinds]
    return [listed.condition("sham"), *(one for one in further if one not in listed.remixed)]


def _controlled(post: Post, lists: Sequence[Claim], runs: Runs) -> Iterator[Verdict]:
    """Yield what is known of each list whose control skipped updates and misses the goal."""
    for verdict in (trials_of(post, listed, runs) for listed in lists):
        for control in verdict.off:
            skipped = any(u.count for u in control.trace.updates if u.how == "freeze")
            learned = control.passed or control.trace.others
            if skipped and control.value is not None and not learned:
                yield verdict


def _holds(verdict: Verdict) -> bool:
    """Return whether nothing speaks against a list whose control misses the goal."""
    return not (learns_the_same(verdict) or needs_its_start(verdict))
