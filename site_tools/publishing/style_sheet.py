"""The style sheet of a site: its colours as variables, then the layout that every site has."""

from __future__ import annotations

from site_tools.posts.site_options import Colours, Schemes


def style_sheet(schemes: Schemes, layout: str) -> str:
    """Return the style sheet.

    Print is light, whatever the scheme is: the dark colours are for screens only.
    """
    light, dark = variables(schemes.light), variables(schemes.dark)
    sheet = f"  --el-sheet: {schemes.light.paper};\n"
    return (
        f"[data-md-color-scheme] {{\n{light}{sheet}}}\n\n"
        f'@media screen {{\n[data-md-color-scheme="slate"] {{\n{dark}}}\n}}\n\n{layout}'
    )


def variables(colours: Colours) -> str:
    """Return declarations of a scheme's colours, a line each."""
    named = {**colours.model_dump(), "hover": colours.below_pointer}
    return "".join(f"  --el-{name.replace('_', '-')}: {value};\n" for name, value in named.items())
