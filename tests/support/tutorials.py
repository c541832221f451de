"""A page of the documentation as its reader follows it: commands run, files are written and edited.

```console      lines after `$ ` are commands, all others what they print; `…` stands for anything
```markdown title="FILE"      the file, whole
```diff title="FILE"          an edit of it: each line begins with ` `, `-` or `+`
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from site_tools.posts.code_html import read_header
from site_tools.posts.markdown_parser import parse


@dataclass
class Reader:
    """Somebody who follows a page, in a folder."""

    folder: Path
    environment: Mapping[str, str]
    done: list[str] = field(default_factory=list)
    """The commands so far."""

    def follow(self, page: str) -> Iterator[str]:
        """Do what each block of a page says; yield each command before it runs."""
        for token in parse(page):
            header = read_header(token.info) if token.type == "fence" else None
            name = header.options.get("title", "") if header else ""
            if header and header.language == "console":
                for command, expected in _commands(token.content):
                    yield command
                    self._run(command, expected)
            elif header and header.language == "diff":
                self._edit(self.folder / name, token.content)
            elif name:
                (self.folder / name).write_text(token.content, encoding="utf-8")

    def _run(self, command: str, expected: str) -> None:
        self.done.append(command)
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return
        answer = subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=self.folder,
            env={**self.environment},
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert re.fullmatch(_pattern(expected), answer.stdout), f"$ {command}\n{answer.stdout}"

    @staticmethod
    def _edit(path: Path, change: str) -> None:
        lines = change.splitlines(keepends=True)
        assert {line[:1] for line in lines} <= {" ", "-", "+", "\n"}, change
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, change
        path.write_text(text.replace(old, new), encoding="utf-8")


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block with what it is said to print."""
    for part in re.split(r"(?m)^\$ ", block)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def _pattern(printed: str) -> str:
    """Return what a command may print: a line `…` stands for any lines, another one for words."""
    lines = [
        "(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + "\n"
        for line in printed.splitlines()
    ]
    return "".join(lines)
