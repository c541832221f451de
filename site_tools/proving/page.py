"""A proof as one HTML page that needs no other file."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources
from string import Template

from site_tools.evidence.verdict import Verdict
from site_tools.pages.evidence_card import addresses_of, claim_block, facts, picture
from site_tools.pages.struck_program import struck_programs
from site_tools.posts.site_options import Colours, Schemes
from site_tools.proving.proof import Proof

_LAYOUT = resources.files("site_tools.publishing") / "assets" / "elevenlines.css"
_TEMPLATE = resources.files("site_tools.proving") / "templates" / "proof.html"

_FIRST, _NEXT = "/* The evidence. */", "/* What a reader can take away. */"
"""The comments before and after the rules of the evidence card, in the sites' style sheet."""


def as_page(proof: Proof) -> str:
    """Return a proof as a page."""
    schemes = Schemes()
    card_rules = _LAYOUT.read_text(encoding="utf-8").partition(_FIRST)[2].partition(_NEXT)[0]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(proof.program.title),
        light=_variables(schemes.light),
        dark=_variables(schemes.dark),
        rules=card_rules,
        card="\n".join(_card(proof)),
    )


def _variables(colours: Colours) -> str:
    named = {**colours.model_dump(), "hover": colours.below_pointer}
    return " ".join(f"--el-{name.replace('_', '-')}: {value};" for name, value in named.items())


def _card(proof: Proof) -> Iterator[str]:
    title = "This program learns." if proof.learns else "This program is not shown to learn."
    yield '<section class="evidence" aria-label="Evidence">'
    yield f'<p class="evidence-title">{title}</p>'
    yield from (f'<pre class="report">{escape(str(problem))}</pre>' for problem in proof.problems)
    verdict, evidence = proof.verdict, proof.evidence
    addresses = addresses_of(evidence) if evidence else {}
    if verdict and proof.learns:
        yield claim_block(verdict, addresses[verdict.switched_off])
    elif verdict and _is_drawn(verdict):
        yield picture(verdict)
    if proof.run:
        yield f'<p class="evidence-facts">{facts(proof.run)}</p>'
    yield from struck_programs(proof.program, addresses)
    yield "</section>"


def _is_drawn(verdict: Verdict) -> bool:
    """Return whether there are runs to compare in a picture."""
    return verdict.published.value is not None and bool(verdict.seeds)
