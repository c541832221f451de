"""What an entry of a `.bib` file becomes in the list of references."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.posts.bibliography import Bibliography
from tests.fuzz.properties import in_time

ENTRIES = {
    '@article{a, author={Frank Rosenblatt}, title={The {P}erceptron \\& G{\\"o}del}, volume=65,'
    " number=6, journal={Psychological Review}, pages={386--408}, year=1958, doi={10.1/x}}": (
        "Frank Rosenblatt (1958). <cite>The Perceptron &amp; Gödel</cite>. "
        'Psychological Review 65(6), 386\N{EN DASH}408. <a href="https://doi.org/10.1/x">10.1/x</a>'
    ),
    "@misc{a, title={<b>Only</b>}}": "<cite>&lt;b&gt;Only&lt;/b&gt;</cite>.",
    "@inproceedings{a, author={Vaswani, Ashish and others}, title={Attention}, year=2017,"
    " booktitle={NeurIPS}, eprint={1706.03762}}": (
        "Ashish Vaswani et al. (2017). <cite>Attention</cite>. NeurIPS. "
        '<a href="https://arxiv.org/abs/1706.03762">arxiv.org/abs/1706.03762</a>'
    ),
    "@book{a, editor={A. Bee and {van} der Cee, Dee}, title={T}, publisher={P}}": (
        "A. Bee and Dee van der Cee. <cite>T</cite>. P."
    ),
    '@book{a, author={A A and B B and C C}, title="T" # " and U"}': (
        "A A, B B and C C. <cite>T and U</cite>."
    ),
    "@unheard{a, author={A A and B B and C C and D D and E E and F F and G G}, title={T}}": (
        "A A et al. <cite>T</cite>."
    ),
    r"@misc{a, author={{\emph{The} {\it Group}}},"
    r" title={\textbf{A \emph{bold} try} in {\LaTeX} \& \TeX},"
    r" howpublished={\url{https://x.org/~me/a\_b%20c}}}": (
        "The Group. <cite>A bold try in LaTeX &amp; TeX</cite>. "
        '<a href="https://x.org/~me/a_b%20c">x.org/~me/a_b%20c</a>'
    ),
    r"@misc{a, title={\href{https://x.org/page}{Its \textit{page}}, 50% of it,"
    r" read at \url{https://y.org}}}": (
        "<cite>Its page, 50% of it, read at https://y.org</cite>."
    ),
    r"@misc{a, title={$\beta$-VAE in $O(n^2)$, \ensuremath{\alpha_{10}},"
    r" H\textsubscript{2}O, x$^{ij}$}, url={https://x.org/~me}, abstract={\unheard{of}}}": (
        "<cite>β-VAE in O(n²), α₁₀, H₂O, x^ij</cite>. "
        '<a href="https://x.org/~me">x.org/~me</a>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
def test_entry_is_shown(entry: str, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(entry, encoding="utf-8")
    bibliography = Bibliography(tmp_path, tmp_path)
    works = bibliography.works
    assert bibliography.problems == []
    assert works["a"].html == ENTRIES[entry]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            'url={https://x.org/a"b}',
            'has the address `https://x.org/a"b`. Write `"` in it as `%22`.',
        ),
        (
            "url={https://x.org/a b}",
            "has the address `https://x.org/a b`. Write ` ` in it as `%20`.",
        ),
        ("url={x.org}", "has the address `x.org`. Begin it with https://."),
        (r"note={\url{ftp://x.org}}", "has the address `ftp://x.org`. Begin it with https://."),
        (f"journal={{{'x' * 2001}}}", "has 2,001 characters in `journal`. Use at most 2,000."),
        (r"journal={\jcp}", "has `\\jcp`, which no page shows. Write it without LaTeX."),
        (
            r"publisher={\unheard{of}}",
            "has `\\unheard`, which no page shows. Write it without LaTeX.",
        ),
    ],
)
def test_field_is_refused(fields: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(f"@misc{{a, title={{T}}, {fields}}}", encoding="utf-8")
    bibliography = Bibliography(tmp_path, tmp_path)
    assert not bibliography.works
    assert str(bibliography.faults["a"]) == f"a.bib:1: the entry `a` {fault}"


def test_address_is_accepted_as_the_remedy_says(tmp_path: Path) -> None:
    entry = "@misc{a, title={T}, url={https://x.org/a%22b%20c}}"
    (tmp_path / "a.bib").write_text(entry, encoding="utf-8")
    assert Bibliography(tmp_path, tmp_path).works["a"].address == "https://x.org/a%22b%20c"


@in_time(8)  # 12 seconds and more, when the time grew with the square
@pytest.mark.parametrize(
    "value", ['"x"' + '#"x"' * 100_000, '"' + "{}" * 100_000 + '"'], ids=["joined", "braces"]
)
def test_long_entry_is_read(value: str, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(f"@misc{{a, title={value}}}", encoding="utf-8")
    bibliography = Bibliography(tmp_path, tmp_path)
    assert bibliography.works == {}
    assert "characters in `title`" in str(bibliography.faults["a"])
