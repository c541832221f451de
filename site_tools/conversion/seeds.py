"""Generators of random numbers without a seed → with one: readers get the same numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from site_tools.analysis.syntax import parse
from site_tools.conversion.foreign_file import Piece
from site_tools.conversion.source_lines import replaced

SEED = 0

_SEEDED_BY = {
    "random": ("random.seed", f"random.seed({SEED})"),
    "numpy": ("np.random.seed", f"np.random.seed({SEED})"),
    "torch": ("torch.manual_seed", f"torch.manual_seed({SEED})"),
}
"""What seeds the global generator of a module, and the line to add."""

_NOT_DRAWN = frozenset(
    {"seed", "default_rng", "Generator", "RandomState", "SeedSequence", "PCG64", "get_state"}
)
_TORCH_DRAWS = ("torch.rand", "torch.normal", "torch.bernoulli", "torch.multinomial", "torch.nn.")


def with_seeds(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """Return the cells with a seed for each generator that has none, and what was changed."""
    calls = [call for piece in pieces if piece.kind == "code" for call in _calls(piece)]
    drawn = {module for call in calls if (module := _draws_from(call))}
    seeded = {module for module, (name, _) in _SEEDED_BY.items() if name in calls}
    changed, changes = [], []
    missing = drawn - seeded
    for old in pieces:
        piece, added = _with_arguments(old), []
        if piece != old:
            changes.append(f"cell {old.number}: `default_rng()` got the seed {SEED}")
        for module in sorted(missing & _imports(piece)):  # of the first cell that imports it
            added.append(_SEEDED_BY[module][1])
            missing.remove(module)
            changes.append(f"cell {old.number}: `{_SEEDED_BY[module][1]}` added")
        changed.append(_below_imports(piece, added) if added else piece)
    return changed, changes


def _calls(piece: Piece) -> Iterator[str]:
    """Yield what a cell calls, with modules by their usual names: `np.random.rand`."""
    for node in ast.walk(parse(piece.source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            name = name.replace("numpy.", "np.", 1) if name.startswith("numpy.") else name
            yield name.replace("nn.", "torch.nn.", 1) if name.startswith("nn.") else name


def _draws_from(call: str) -> str:
    module, _, rest = call.partition(".")
    if call.startswith("np.random.") and call.split(".")[2] not in _NOT_DRAWN:
        return "numpy"
    if module == "random" and rest and rest[:1].islower() and rest not in _NOT_DRAWN:
        return "random"
    if call.startswith(_TORCH_DRAWS):
        return "torch"
    return ""


def _imports(piece: Piece) -> set[str]:
    """Return the modules that a cell imports under the name that the added line uses."""
    found: set[str] = set()
    if piece.kind != "code":
        return found
    for node in parse(piece.source).body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                usual = "np" if alias.name == "numpy" else alias.name
                if (alias.asname or alias.name) == usual:
                    found.add(alias.name)
    return found


def _below_imports(piece: Piece, added: Sequence[str]) -> Piece:
    """Return a cell with lines below its imports: nothing is drawn above them."""
    body = parse(piece.source).body
    imports = [isinstance(node, ast.Import | ast.ImportFrom) for node in body]
    first = imports.index(True)
    last = next((i for i in range(first, len(body)) if not imports[i]), len(body)) - 1
    lines = piece.source.split("\n")
    end = body[last].end_lineno or len(lines)
    rest = lines[end:]
    gap = [""] if rest and rest[0].strip() else []
    return replace(piece, source="\n".join([*lines[:end], "", *added, *gap, *rest]))


def _with_arguments(piece: Piece) -> Piece:
    """Return a cell whose `default_rng()` has a seed."""
    if piece.kind != "code" or "default_rng()" not in piece.source:
        return piece
    lines = piece.source.split("\n")
    edits = []
    for node in ast.walk(parse(piece.source)):
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            line = lines[node.lineno - 1]
            if ast.unparse(node.func).endswith("default_rng") and "default_rng()" in line:
                text = line.replace("default_rng()", f"default_rng({SEED})")
                edits.append((node.lineno, node.lineno, text))
    return replace(piece, source=replaced(piece.source, dict.fromkeys(edits)))
