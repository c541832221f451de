"""Downloads → what a post's page says of them: how to run it, and how to learn it.

The links lead from the staged page `posts/posts/<slug>.md`.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_tools.downloads.exercises import exercise_name, levels
from site_tools.downloads.install_instructions import install_command
from site_tools.model.post import Post
from site_tools.pages.cell_outputs import fence
from site_tools.posts.recall_prompts import prompts_of

_LEVELS = {1: "from its comments", 2: "from memory"}


def to_run(post: Post, packages: Mapping[str, str], url: str, colab: str) -> str:
    """Return the links to the script, the notebook and the archive, and the command to run it.

    `url` is the address of the post's page; `colab` begins the address of a notebook there.
    """
    slug = post.slug
    links = [
        _link(f"Download {slug}.py", f"{slug}.py", slug, ".main "),
        _link("Notebook", f"{slug}.ipynb", slug),
        *([f"[Open in Colab]({colab}{slug}.ipynb)"] if colab else []),
        _link("Everything (zip)", f"{slug}.zip", slug),
    ]
    head = '<p class="downloads" markdown="span" data-search-exclude>'
    steps = [install_command(packages), f"python {slug}.py"]
    by_hand = " and ".join(f"`{step}`" for step in steps if step)
    ways = f"With [uv](https://docs.astral.sh/uv/), one line runs it; without, {by_hand} do."
    if "torch" in packages:
        ways += " They take torch for the CPU. With an NVIDIA GPU: `pip install torch`."
    return "\n\n".join(
        [
            "\n".join([head, *links, "</p>"]),
            fence(f"uv run {url}{slug}.py", "{ .sh .command }"),
            f'<p class="quiet" markdown="span" data-search-exclude>\n{ways}\n</p>',
        ]
    )


def to_learn(post: Post) -> str:
    """Return the links to the exercises and the flashcards; empty when there are none."""
    slug = post.slug
    links = [
        _link(f"Write it {_LEVELS[level]}", exercise_name(post, level), slug)
        for level in levels(post)
    ]
    asks = bool(prompts_of(post))
    if asks:
        links.append(_link("Flashcards for Anki", f"{slug}.apkg", slug))
    if not links:
        return ""
    text = "Write the program again, in a notebook that tells you when your network learns."
    if asks:
        text += " Flashcards ask you about it later, just before you would forget it."
    head = '<p class="downloads" markdown="span" data-search-exclude>'
    return "\n\n".join(["## Make it yours", text, "\n".join([head, *links, "</p>"])])


def _link(text: str, name: str, slug: str, kind: str = "") -> str:
    return f'[{text}](../{slug}/{name}){{ {kind}download="{name}" }}'
