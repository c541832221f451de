"""The colours of a site: its style sheet, and the logo of a site that has none of its own."""

from __future__ import annotations

from site_tools.posts.site_options import Colours, Schemes


def style_sheet(schemes: Schemes, layout: str) -> str:
    """Return the style sheet: the colours as variables, then the layout that every site has.

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


def logo(schemes: Schemes, svg: str) -> str:
    """Return a drawing in the accent of each scheme; a page's style sheet does not reach it."""
    light, dark = (f"g {{ fill: {one.accent} }}" for one in (schemes.light, schemes.dark))
    style = f"<style>{light} @media (prefers-color-scheme: dark) {{ {dark} }}</style>"
    return svg.replace("<g>", f"{style}<g>", 1)
