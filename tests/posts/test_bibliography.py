"""What an entry of a `.bib` file becomes in the list of references."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.posts.bibliography import Bibliography

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
}  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
def test_entry_is_shown(entry: str, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(entry, encoding="utf-8")
    bibliography = Bibliography(tmp_path, tmp_path)
    works = bibliography.works
    assert bibliography.problems == []
    assert works["a"].html == ENTRIES[entry]
