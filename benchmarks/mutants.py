"""How many wrong programs the fast tests notice: change the core at random, run the tests, count.

Each mutant is one small change (a comparison turned, `and` for `or`, a `not` dropped, plus for
minus, a returned truth value flipped) in a copy of the working tree; the checkout is never
changed. The result is a report, not a gate: a survivor is a missing test, or an equivalent mutant
that belongs into `equivalent_mutants.txt` with its reason.

mutmut (its issue 306) and cosmic-ray run all mutants or those that a filter names: they draw no
sample, and run one test command for each instead of the near tests first.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("analysis", "evidence", "experiment", "posts", "running")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")

NEAR_SECONDS = 90
"""A room's fast tests take 2 to 10 seconds; a mutant that takes longer loops, and is caught."""

ALL_SECONDS = 400
"""All fast tests take about a minute in one process."""

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


@dataclass(frozen=True, order=True, slots=True)
class Mutant:
    """One change of one file."""

    file: str
    """Path relative to the project's root."""
    line: int
    before: str
    after: str
    source: str
    """The changed file; unparsed, so its line numbers differ."""

    @property
    def change(self) -> str:
        """Return the change, independent of its line, as `equivalent_mutants.txt` names it."""
        return f"{self.file}: {self.before} -> {self.after}"

    @property
    def room(self) -> str:
        """Return the name of the file's folder, which is that of its tests as well."""
        return Path(self.file).parent.name


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield changed copies of a node, none of its children changed."""
    match node:
        case ast.Compare(left, ops, comparators):
            for i, op in enumerate(ops):
                for other in _COMPARISONS[type(op)]:
                    yield ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            yield ast.BinOp(left, _opposite(op), right)
        case ast.AugAssign(target, ast.Add() | ast.Sub() as op, value):
            yield ast.AugAssign(target, _opposite(op), value)
        case ast.Return(ast.Constant(bool(value))):
            yield ast.Return(ast.Constant(not value))


def _opposite(op: ast.Add | ast.Sub) -> ast.operator:
    return ast.Sub() if isinstance(op, ast.Add) else ast.Add()


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the replacement of the one node, and any other with its children visited."""
        return self.new if node is self.old else super().visit(node)


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    text = file.read_text(encoding="utf-8")
    for number, node in enumerate(ast.walk(ast.parse(text))):
        for variant in range(len(list(_variants(node)))):
            tree = ast.parse(text)  # parsed again: the transformer changes the tree in place
            old = list(ast.walk(tree))[number]
            new = list(_variants(old))[variant]
            before, after = ast.unparse(old), ast.unparse(new)
            source = ast.unparse(ast.fix_missing_locations(_Replace(old, new).visit(tree)))
            line = getattr(old, "lineno", 0)
            yield Mutant(file.relative_to(ROOT).as_posix(), line, before, after, source)


def equivalent() -> set[str]:
    """Return the changes that no test can notice: the file's lines without their reasons."""
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith(("#", " "))}


def copy_tree(folder: Path) -> Path:
    """Copy all files of the checkout that git would keep, and return the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def is_caught(mutant: Mutant, tree: Path) -> bool:
    """Return whether a fast test fails in a tree with this mutant; leave the tree as it was."""
    path = tree / mutant.file
    original = path.read_bytes()
    near = f"tests/{mutant.room}"
    try:
        _write(path, mutant.source.encode("utf-8"))
        return _fails(tree, NEAR_SECONDS, near) or _fails(tree, ALL_SECONDS, f"--ignore={near}")
    finally:
        _write(path, original)


def _write(path: Path, data: bytes) -> None:
    """Write a module; remove its bytecode, as two versions may have one size and time."""
    path.write_bytes(data)
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def _fails(tree: Path, seconds: float, *arguments: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow"]
    command += ["-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode not in {0, 5}  # passed; no test selected


def main() -> None:
    """Print the survivors of a sample, and the share that was caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=60, help="size of the sample")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose path contains this text")
    options = parser.parse_args()

    files = [f for room in ROOMS for f in sorted((ROOT / "site_tools" / room).glob("*.py"))]
    skipped = equivalent()
    known = [m for f in files if options.only in str(f) for m in mutants(f)]
    possible = [mutant for mutant in known if mutant.change not in skipped]
    source = random.Random(options.seed)  # noqa: S311
    sample = sorted(source.sample(possible, min(options.number, len(possible))))

    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for i in range(os.cpu_count() or 1):
            trees.put(copy_tree(Path(name) / str(i)))
        if _fails(Path(name) / "0", ALL_SECONDS):
            sys.exit("The fast tests fail without any mutant: run `make check` first.")

        def check(mutant: Mutant) -> bool:
            tree = trees.get()
            try:
                return is_caught(mutant, tree)
            finally:
                trees.put(tree)

        caught = 0
        for mutant, noticed in zip(sample, pool.map(check, sample), strict=True):
            caught += noticed
            if not noticed:
                print(f"{mutant.file}:{mutant.line}: {mutant.before} -> {mutant.after}", flush=True)
    print(f"{caught} of {len(sample)} caught, of {len(possible)} mutants; seed {options.seed}")


if __name__ == "__main__":
    main()
