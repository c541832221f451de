"""A pytest plugin: each claim that a program learns is a test.

Installed with this package, and registered for every run of pytest in its environment. So it
imports nothing but pytest until a claim runs.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

FILE = "learns.toml"
"""Lists claims about programs: a table `[[learns]]` for each."""

MARK = (
    "learns(goal, metric, freeze, …): the function returns a number that shows what it learned; "
    "it is tested with learning on and off"
)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", MARK)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Test the claim of a marked function, in place of calling it."""
    mark = pyfuncitem.get_closest_marker("learns")
    if mark is None:
        return None
    where = f"{pyfuncitem.nodeid}: "
    if mark.args:
        pytest.fail(f'{where}name what is claimed: `learns(goal="> 0.9")`.', pytrace=False)
    if pyfuncitem.cls is not None or inspect.signature(pyfuncitem.function).parameters:
        what = "a claim is about a plain function, without a class, parameters and fixtures."
        pytest.fail(f"{where}{what} Let it make what it needs.", pytrace=False)
    root = pyfuncitem.config.rootpath
    folder = root if pyfuncitem.path.is_relative_to(root) else pyfuncitem.path.parent
    _test(f"{pyfuncitem.path}:{pyfuncitem.originalname}", mark.kwargs, folder)
    return True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the claims of a `learns.toml`."""
    return ClaimsFile.from_parent(parent, path=file_path) if file_path.name == FILE else None


class ClaimsFile(pytest.File):
    """A `learns.toml`."""

    def collect(self) -> Iterable[ClaimItem]:
        """Yield an item for each claim; raises CollectError for a file that has none."""
        import tomllib  # noqa: PLC0415  only for who has such a file

        try:
            tables = tomllib.loads(self.path.read_text(encoding="utf-8")).get("learns")
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise self.CollectError(f"{self.path}: cannot be read: {error}.") from None
        if not isinstance(tables, list) or not all(
            isinstance(table, dict) and isinstance(table.get("program"), str) for table in tables
        ):
            what = f"{self.path}: each claim is a table `[[learns]]` with a `program`, such as"
            raise self.CollectError(f'{what} `program = "train.py"`.')
        for table in tables:
            name = f"{table['program']} {table.get('metric', '')}".strip()
            yield ClaimItem.from_parent(self, name=name, table=table)


class ClaimItem(pytest.Item):
    """A claim in a `learns.toml`."""

    def __init__(self, *, table: Mapping[str, Any], **rest: Any) -> None:
        super().__init__(**rest)
        self.table = table

    def runtest(self) -> None:
        """Test the claim."""
        rest = {key: value for key, value in self.table.items() if key != "program"}
        _test(self.table["program"], rest, self.path.parent)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the claim is, and a title; pytest would replace the dots of a plain name."""
        return self.path, None, f"claim: {self.name}"


def _test(name: str, options: Mapping[str, Any], folder: Path) -> None:
    """Put a program in a folder to the test; fail with the report if it is not shown to learn."""
    if report := _report(name, dict(options), folder):
        pytest.fail(report, pytrace=False)


def _report(name: str, options: dict[str, Any], folder: Path) -> str:
    """Return why a program is not shown to learn; an empty text if it is."""
    from site_tools.model.errors import UserError  # noqa: PLC0415  slow to import
    from site_tools.proving.claim import claim_of, options_from  # noqa: PLC0415
    from site_tools.proving.proof import program_of, prove  # noqa: PLC0415
    from site_tools.proving.quiet import Quiet  # noqa: PLC0415
    from site_tools.proving.target import target_of  # noqa: PLC0415
    from site_tools.proving.wording import in_keywords  # noqa: PLC0415
    from site_tools.running.options import Options  # noqa: PLC0415

    timeout, arguments = float(options.pop("timeout", 0)), options.pop("arguments", ())
    jobs = 1 if "PYTEST_XDIST_WORKER" in os.environ else 0  # xdist runs claims side by side
    try:
        target = target_of(name, arguments=arguments, here=folder)
        program = program_of(target, claim_of(target, options_from(options)), timeout=timeout)
        problems = prove(program, Options(jobs=jobs, timeout=timeout), Quiet()).problems
    except UserError as error:
        return in_keywords(str(error))
    return in_keywords("\n".join(map(str, problems)))
