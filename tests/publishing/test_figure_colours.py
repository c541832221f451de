from __future__ import annotations

import io
from dataclasses import replace
from importlib import resources

import pytest

from site_tools.model.run import Run
from site_tools.posts.site_options import Colours
from site_tools.publishing.figure_colours import CYCLE, INK, SOFT, in_colours
from tests.support.runs import a_run

TEAL_AND_RUST = Colours(
    paper="#fffdf9",
    ink="#1c1b1a",
    soft="#5f5a54",
    accent="#0a6b5c",
    goal="#a63d20",
    learning_off="#8a8178",
)
SITES = {
    "default": (Colours(), ["#1f5fae", "#a8421f", "#8a2f6b", "#a67c00", "#7d838b", "#0a6b5c"]),
    "teal": (TEAL_AND_RUST, ["#0a6b5c", "#a63d20", "#0a5c8a", "#8a2f6b", "#8a8178", "#a67c00"]),
}


@pytest.fixture(scope="module")
def drawn() -> Run:
    """Return a run that draws seven lines: six of them in default colours, one in an author's."""
    from matplotlib import pyplot as plt
    from matplotlib import rc_context

    with rc_context(fname=str(resources.files("site_tools.running") / "matplotlibrc")):
        figure, axes = plt.subplots()
        for height in range(6):
            axes.plot([height, height])
        axes.axhline(6, color="#1f5fae")
        axes.set_xlabel("updates")
        text = io.StringIO()
        figure.savefig(text, format="svg")
        plt.close(figure)
    output = {
        "output_type": "display_data",
        "data": {"image/svg+xml": text.getvalue()},
        "metadata": {},
    }
    return replace(a_run(0.5), outputs=((output,),))


@pytest.mark.parametrize(("colours", "lines"), SITES.values(), ids=SITES)
def test_figures_have_the_colours_of_the_site(
    drawn: Run, colours: Colours, lines: list[str]
) -> None:
    before = drawn.outputs[0][0]["data"]["image/svg+xml"]
    assert all(mark in before for mark in (*CYCLE, INK, SOFT))
    after = in_colours(drawn, colours).outputs[0][0]["data"]["image/svg+xml"]
    assert not [mark for mark in (*CYCLE, INK, SOFT) if mark in after]
    assert all(colour in after for colour in (*lines, colours.ink, colours.soft))
    assert "stroke: #1f5fae" in after, "what the author chose stays"


def test_lines_of_a_chart_stay_apart_whatever_the_accent_is() -> None:
    output = {
        "output_type": "display_data",
        "data": {"image/svg+xml": " ".join(CYCLE)},
        "metadata": {},
    }
    run = replace(a_run(0.5), outputs=((output,),))
    for accent in ("#0a5c8a", "#5b4aa8", "#8a2f6b", "#7a5c00", "#444444"):
        shown = in_colours(run, Colours(accent=accent)).outputs[0][0]["data"]["image/svg+xml"]
        assert len(set(shown.split())) == len(CYCLE)
        assert shown.split()[0] == accent
