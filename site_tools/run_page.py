"""The HTML that mkdocs-jupyter makes of an executed notebook → a page like the others.

mkdocs-jupyter writes half a megabyte of JupyterLab's styles and scripts into every page, has its
own copy buttons and its own colours, and drops the texts of figures. Here the notebook's content
gets the markup that the theme has for code, so that it obeys its colours, buttons and keyboard.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

_STYLES_AND_SCRIPTS = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
"""Most of that HTML, and slow to take apart."""

_JUPYTER_ONLY = (
    "style, script, .zeroclipboard-container, .clipboard-copy-txt, .jp-Collapser, .jp-OutputPrompt"
)


def run_page(html: str, notebook: str) -> str:
    """Return the content of a run record's page.

    `html` is what mkdocs-jupyter made of `notebook`, which is JSON.
    """
    soup = BeautifulSoup(_STYLES_AND_SCRIPTS.sub("", html), "html.parser")
    for tag in soup.select(_JUPYTER_ONLY):
        tag.decompose()
    for tag in soup.select("[tabindex], [markdown]"):
        del tag["tabindex"], tag["markdown"]
    for tag in soup.select("a.anchor-link"):
        tag["class"], tag["title"], tag.string = "headerlink", "Link to this section", "#"
    for box in soup.select(".highlight-ipynb, .jp-RenderedText"):
        is_code = "highlight-ipynb" in box["class"]
        is_warning = str(box.get("data-mime-type")).endswith("stderr")
        kind = "warning text output no-copy" if is_warning else "text output no-copy"
        box["class"] = "highlight" if is_code else f"{kind} highlight"
        for pre in box.select("pre"):
            code = soup.new_tag("code")
            code.extend(list(pre.contents))
            pre.append(code)
    for image, alt in zip(soup.select(".jp-OutputArea-output img"), _alts(notebook), strict=True):
        image["alt"], image["class"] = alt, "figure"
    return str(soup)


def _alts(notebook: str) -> Iterator[str]:
    """Yield the text of each figure, in order."""
    for cell in json.loads(notebook)["cells"]:
        for output in cell.get("outputs", []):
            kinds: dict[str, Any] = output.get("metadata", {})
            images = [kinds[kind] for kind in kinds if kind.startswith("image/")]
            if images:
                yield images[0]["alt"]
