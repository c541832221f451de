"""How many wrong programs the fast tests notice: change the core at random, run the tests, count.

Each mutant is one small change (a comparison turned, `and` for `or`, a `not` dropped, plus for
minus, a returned truth value flipped) in a copy of the working tree; the checkout is never
changed. The result is a report, not a gate: a survivor is a missing test, or an equivalent mutant
that belongs into `equivalent_mutants.txt` with its reason.

The tests run once under coverage, which says what reaches each line. A mutant is then tried with
the tests of its room, and with those modules of other rooms that reach its line. What only another
process reaches is not seen by coverage: such a mutant may be listed although a test would fail.

mutmut (its issue 306) and cosmic-ray run all mutants or those that a filter names: they draw no
sample, and run one test command for each instead of the near tests first.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.util
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coverage import CoverageData

ROOT = Path(__file__).parents[1]
ROOMS = ("analysis", "evidence", "experiment", "posts", "running")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
KEPT = ROOT / "build" / "mutants"
"""What `--continue` reads: the lines that tests reach, and a digest of each mutant caught."""

TIMED = "tests/posts/test_large_posts.py"
"""Takes most of its room's time, and many times as long under coverage: not run here."""

TEST_SECONDS = 300
"""For one test, none of which takes 5 seconds alone; one that takes longer loops: it is caught.

A limit for all tests together would call a mutant caught because the machine is busy.
"""

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


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one file."""

    file: str
    """Path relative to the project's root."""
    line: int
    last_line: int
    before: str
    after: str
    node: int
    """Which node of the file changes, and to which of its variants."""
    variant: int

    @property
    def change(self) -> str:
        """Return the change, independent of its line, as `equivalent_mutants.txt` names it."""
        return f"{self.file}: {self.before} -> {self.after}"

    @property
    def room(self) -> str:
        """Return the name of the file's room, which is that of its tests as well."""
        return Path(self.file).parts[1]

    @cached_property
    def source(self) -> str:
        """Return the changed file; unparsed, so its line numbers differ."""
        tree = ast.parse((ROOT / self.file).read_text(encoding="utf-8"))
        old = list(ast.walk(tree))[self.node]
        new = list(_variants(old))[self.variant]
        return ast.unparse(ast.fix_missing_locations(_Replace(old, new).visit(tree)))

    @property
    def digest(self) -> str:
        """Return a name of this change of this version of the file."""
        return hashlib.sha256(f"{self.file}\n{self.source}".encode()).hexdigest()


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
    name = file.relative_to(ROOT).as_posix()
    for number, node in enumerate(ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        for i, variant in enumerate(_variants(node)):
            first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
            yield Mutant(name, first, last, ast.unparse(node), ast.unparse(variant), number, i)


def sample(possible: Iterable[Mutant], number: int, seed: int) -> list[Mutant]:
    """Draw mutants by a digest of each, so that a change of one file replaces no other."""
    copies: Counter[str] = Counter()
    ranks = {}
    for mutant in possible:
        text = f"{seed} {mutant.change} {copies[mutant.change]}"
        ranks[mutant] = hashlib.sha256(text.encode()).digest()
        copies[mutant.change] += 1
    return sorted(sorted(ranks, key=ranks.__getitem__)[:number])


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


def measure(tree: Path) -> None:
    """Keep which tests reach which lines of the rooms; end the program if a test fails."""
    rooms = [f"--cov=site_tools/{room}" for room in ROOMS]
    done = _tested(tree, "-n", "2", *rooms, "--cov-context=test", "--cov-report=")
    if done.returncode:
        said = done.stdout[-2000:]
        sys.exit(f"{said}The fast tests fail without any mutant: run `make check` first.")
    # Lines are kept under relative paths: `--continue` has other trees.
    kept, measured = CoverageData(str(KEPT / "lines")), CoverageData(str(tree / ".coverage"))
    kept.erase()
    measured.read()
    kept.update(measured, map_path=lambda path: Path(path).relative_to(tree).as_posix())
    kept.write()


def modules(mutant: Mutant, reached: CoverageData) -> list[str]:
    """Return the modules of tests to run: those of its room, then others that reach its line."""
    by_line = reached.contexts_by_lineno(mutant.file)
    lines = range(mutant.line, mutant.last_line + 1)
    contexts = {context for line in lines for context in by_line.get(line, [])}
    if "" in contexts:  # reached by an import: whatever reads this file may depend on it
        contexts = {context for found in by_line.values() for context in found}
    near = f"tests/{mutant.room}/"
    reaching = {context.partition("::")[0] for context in contexts} - {""}
    room = {path.relative_to(ROOT).as_posix() for path in (ROOT / near).glob("test_*.py")} - {TIMED}
    return sorted(reaching | room, key=lambda name: (name not in room, name not in reaching, name))


def is_caught(mutant: Mutant, tree: Path, tests: list[str]) -> bool:
    """Return whether a fast test fails in a tree with this mutant; leave the tree as it was."""
    path = tree / mutant.file
    original = path.read_bytes()
    try:
        _write(path, mutant.source.encode("utf-8"))
        return _fails(tree, *tests)
    finally:
        _write(path, original)


def _write(path: Path, data: bytes) -> None:
    """Write a module; remove its bytecode, as two versions may have one size and time."""
    path.write_bytes(data)
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def _fails(tree: Path, *arguments: str) -> bool:
    return _tested(tree, *arguments).returncode not in {0, 5}  # passed; no test selected


def _tested(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow"]
    command += ["-p", "no:cacheprovider", f"--timeout={TEST_SECONDS}", f"--ignore={TIMED}"]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(
        [*command, *arguments],
        cwd=tree, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def survivors(drawn: list[Mutant], folder: Path, *, go_on: bool) -> Iterator[Mutant]:
    """Yield the mutants that no test notices, as they are found; keep which ones were caught."""
    KEPT.mkdir(parents=True, exist_ok=True)
    caught = KEPT / "caught.txt"
    trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for i in range(os.cpu_count() or 1):
        trees.put(copy_tree(folder / str(i)))
    if not go_on or not (KEPT / "lines").is_file():
        caught.write_text("", encoding="utf-8")
        measure(folder / "0")
    reached = CoverageData(str(KEPT / "lines"))
    reached.read()

    def check(mutant: Mutant) -> bool:
        tree = trees.get()
        try:
            return is_caught(mutant, tree, tests[mutant])
        finally:
            trees.put(tree)

    known = set(caught.read_text(encoding="utf-8").split())
    left = [mutant for mutant in drawn if mutant.digest not in known]
    tests = {mutant: modules(mutant, reached) for mutant in left}
    with ThreadPoolExecutor(os.cpu_count()) as pool, caught.open("a", encoding="utf-8") as kept:
        for mutant, noticed in zip(left, pool.map(check, left), strict=True):
            if noticed:
                print(mutant.digest, file=kept, flush=True)
            else:
                yield mutant


def main() -> None:
    """Print the survivors of a sample, and the share that was caught in each room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=60, help="size of the sample")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose path contains this text")
    parser.add_argument(
        "--continue", action="store_true", dest="go_on", help="skip what was caught before"
    )
    options = parser.parse_args()

    files = [f for room in ROOMS for f in sorted((ROOT / "site_tools" / room).rglob("*.py"))]
    skipped = equivalent()
    known = [m for f in files if options.only in str(f) for m in mutants(f)]
    possible = [mutant for mutant in known if mutant.change not in skipped]
    drawn = sample(possible, options.number, options.seed)
    total = Counter(mutant.room for mutant in drawn)
    missed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for mutant in survivors(drawn, Path(name), go_on=options.go_on):
            missed[mutant.room] += 1
            print(f"{mutant.file}:{mutant.line}: {mutant.before} -> {mutant.after}", flush=True)
    for room, count in sorted(total.items()):
        print(f"{room}: {count - missed[room]} of {count} caught")
    caught = total.total() - missed.total()
    print(f"{caught} of {len(drawn)} caught, of {len(possible)} mutants; seed {options.seed}")


if __name__ == "__main__":
    main()
