"""Render the staged tree with MkDocs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from site_tools.model.errors import BadProject
from site_tools.publishing.mkdocs_server import FEW_EXPORTERS, Build, MkDocsServer

_KILLED = (
    "Its process was killed. End other programs if there is too little memory, and build again."
)

_server = MkDocsServer()


def prepare() -> None:
    """Have MkDocs imported in the background: a site will be rendered."""
    _server.start()


def environment_of(day: date) -> dict[str, str]:
    """Return the variables with which MkDocs takes a day for the time of the build."""
    epoch = max(0, int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))
    return {"SOURCE_DATE_EPOCH": str(epoch), "NO_MKDOCS_2_WARNING": "1", **FEW_EXPORTERS}


def render(root: Path, target: Path, *, day: date, files: Mapping[str, str]) -> None:
    """Render the site of a project into a folder.

    MkDocs treats warnings as errors, and takes `day` for the time of the build. `files` gives the
    author's file for each staged page, for error messages. Raises BadProject with MkDocs' own
    messages, and when a post got no page: settings can exclude pages without a warning.
    """
    temporary = target.with_name(f"{target.name}.tmp")  # removed with `target` after a crash
    temporary.mkdir()
    output, said = temporary / "output.txt", ""
    build = Build(
        ["build", "--strict", "--config-file", str(root / "mkdocs.yml"), "--site-dir", str(target)],
        str(root),
        {**os.environ, **environment_of(day), "TMPDIR": str(temporary.resolve())},
        str(output),
    )
    failed = _server.build(build)
    with suppress(OSError):
        said = output.read_text(encoding="utf-8", errors="replace")
    shutil.rmtree(temporary, ignore_errors=True)
    if failed:
        messages = _messages(said, files) or _KILLED
        raise BadProject(
            f"mkdocs.yml: MkDocs could not build the site; the last one is unchanged.\n{messages}"
        )
    for staged, file in files.items():
        slug = Path(staged).stem
        if staged.startswith("posts/") and not (target / "posts" / slug / "index.html").is_file():
            what = f"mkdocs.yml: MkDocs wrote no page for {file}; the last site is unchanged."
            raise BadProject(f"{what} Check `plugins`, `exclude_docs` and `draft_docs`.")


def _messages(output: str, files: Mapping[str, str]) -> str:
    """Return the warnings and errors of MkDocs; of a crash, only the last line."""
    for staged, file in files.items():
        output = output.replace(staged, file)
    lines = [line for line in output.splitlines() if line and not line.startswith("INFO")]
    crashed = any(line.startswith("Traceback") for line in lines)
    return "\n".join(lines[-1:] if crashed else lines)
