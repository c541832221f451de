"""Post → the files that a reader takes away.

A download needs nothing of this project: its snippets are pasted in, its requirements are in
its head, its links lead to the site, and it ends by measuring the post's claims again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jupytext
import nbformat

from site_tools.downloads import notebook_cells, self_check
from site_tools.downloads.anki_deck import deck
from site_tools.downloads.data_cell import with_data
from site_tools.downloads.exercises import exercises
from site_tools.downloads.install_instructions import requirements, script_header
from site_tools.downloads.learning_off import learning_off
from site_tools.downloads.notebook_cells import Imprint
from site_tools.downloads.raising_cells import as_printed, caught
from site_tools.downloads.zip_archive import packed
from site_tools.evidence.plain_control import plain_controls
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.posts.recall_prompts import prompts_of


def downloads(judged: JudgedPost, imprint: Imprint) -> dict[str, bytes]:
    """Return a post's downloads, by file name, the archive of them all included."""
    post, run, imprint = judged.post, judged.run, imprint.on(judged.run.device)
    slug, packages = post.slug, run.versions
    texts = {
        f"{slug}.py": script(post, packages, imprint),
        f"{slug}.ipynb": notebook(post, packages, imprint),
        **exercises(post, run, packages, imprint),
        **{
            control.file(post): learning_off(post, control, packages, imprint)
            for control in plain_controls(post, judged.evidence)
            if control.program
        },
    }
    files = {name: text.encode("utf-8") for name, text in texts.items()}
    if prompts_of(post):
        files[f"{slug}.apkg"] = deck([post], imprint)
    beside = {
        "requirements.txt": requirements(packages, imprint.torch_index),
        "expected-output.txt": expected_output(post, run),
        "LICENSE": "\n\n".join(filter(None, [imprint.terms, imprint.licence])),
    }
    files |= {file.name: file.content for file in post.data}
    all_files = files | {name: text.encode("utf-8") for name, text in beside.items() if text}
    return {**files, f"{slug}.zip": packed(all_files, slug)}


def script(post: Post, packages: Mapping[str, str], imprint: Imprint) -> str:
    """Return the post as a py:percent script with a PEP 723 header.

    `packages` are the pinned versions it needs.
    """
    addresses = imprint.addresses
    head = filter(None, [post.title, addresses.of(post), imprint.terms])
    about = "".join(["#\n", *(f"# {line}\n" for line in head), "\n"])
    post = caught(post)
    cells = with_data(notebook_cells.cells(post, addresses), post, addresses)
    cells += self_check.cells(post, addresses)
    plain = nbformat.v4.new_notebook(cells=cells, metadata=_plain_text())
    return (
        script_header(packages, imprint.torch_index)
        + about
        + str(jupytext.writes(plain, fmt="py:percent"))
    )


def notebook(post: Post, packages: Mapping[str, str], imprint: Imprint) -> str:
    """Return the post as a notebook without outputs."""
    addresses = imprint.addresses
    about = notebook_cells.about(post, f"From <{addresses.of(post)}>.", packages, imprint)
    cells = with_data(notebook_cells.cells(post, addresses), post, addresses)
    all_cells = [about, *cells, *self_check.cells(post, addresses)]
    return notebook_cells.write(all_cells, post.device)


def expected_output(post: Post, run: Run) -> str:
    """Return what the script prints, as far as it is known from the published run."""
    streams = [
        str(output["text"])
        for outputs in as_printed(run).outputs
        for output in outputs
        if output.get("name") == "stdout"
    ]
    lines = [
        f"{self_check.line(claim, value)}\n"
        for claim in post.claims
        if (value := run.number(claim.metric)) is not None
    ]
    return "".join([*streams, *lines, f"{self_check.LEARNS}\n" if lines else ""])


def _plain_text() -> dict[str, Any]:
    return {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}}
