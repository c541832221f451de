"""Which outputs of a cell are kept, and which a page cannot carry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from site_tools.worker.output_limits import (
    CELL_LIMIT,
    POST_LIMIT,
    POST_SHOWN_LIMIT,
    SHOWN_LIMIT,
    CellOutputs,
    largest_of,
    shown_by_kernel,
    size_of,
    structure_of,
    trim,
    unfit,
)

NOTHING = CellOutputs([], 0, 0)


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_kernel_prints_in_pieces_are_joined() -> None:
    pieces = [stream("a"), stream("b"), stream("c", "stderr"), stream("d"), stream("e")]
    shown = shown_by_kernel(pieces, {})
    assert shown.outputs == [stream("ab"), stream("c", "stderr"), stream("de")]
    assert shown.printed == 5


def test_kernel_figure_between_prints_keeps_them_apart() -> None:
    shown = shown_by_kernel([stream("a"), display(text="1"), stream("b")], {})
    assert shown.outputs == [stream("a"), display(text="1"), stream("b")]
    assert shown.printed == 2
    assert shown.size == size_of([stream(""), display(text="1"), stream("")])


def test_kernel_counters_are_dropped() -> None:
    result = {**display(text="1"), "output_type": "execute_result"}
    shown = shown_by_kernel([{**result, "execution_count": 7}], {})
    assert shown.outputs == [result]
    assert shown.printed == 0


def test_kernel_file_names_become_names_of_cells() -> None:
    text = "/tmp/ipykernel_12/345.py:2: W\n/tmp/ipykernel_12/678.py:2: W\n"
    shown = shown_by_kernel([stream(text)], {"345": 4})
    assert shown.outputs[0]["text"] == "<cell 4>:2: W\n/tmp/ipykernel_12/678.py:2: W\n"


@pytest.mark.parametrize("length", [0, 1, CELL_LIMIT - 1, CELL_LIMIT])
def test_tidy_keeps_what_is_within_the_limit(length: int) -> None:
    ((kept,),) = trim([CellOutputs([stream("x" * length)], length, 0)])
    assert kept["text"] == "x" * length


@pytest.mark.parametrize("extra", [1, 5])
def test_tidy_cuts_a_print_over_the_limit(extra: int) -> None:
    length = CELL_LIMIT + extra
    ((kept,),) = trim([CellOutputs([stream("x" * length)], length, 0)])
    assert kept["text"].count("x") == CELL_LIMIT
    assert f"{length:,}" in kept["text"]
    assert f"{CELL_LIMIT:,}" in kept["text"]


def test_tidy_cuts_once_and_keeps_figures_after_the_cut() -> None:
    outputs = [
        stream("x" * (CELL_LIMIT - 1)),
        stream("yy", "stderr"),
        display(text="1"),
        stream("z"),
    ]
    (kept,) = trim([CellOutputs(outputs, CELL_LIMIT + 2, 0)])
    assert [output["output_type"] for output in kept] == ["stream", "stream", "display_data"]
    assert kept[1]["text"].startswith("y\n")
    assert f"{CELL_LIMIT + 2:,}" in kept[1]["text"]


def test_tidy_says_that_a_text_was_cut_before_it_came() -> None:
    """The process itself keeps no more than the limit, and counts what it dropped."""
    ((kept,),) = trim([CellOutputs([stream("x" * CELL_LIMIT)], CELL_LIMIT + 1, 0)])
    assert kept["text"].startswith("x" * CELL_LIMIT + "\n")
    assert f"{CELL_LIMIT + 1:,}" in kept["text"]


def test_tidy_limits_a_post_as_a_sum_of_its_cells() -> None:
    cells = [CellOutputs([stream("x" * CELL_LIMIT)], CELL_LIMIT, 0)] * (POST_LIMIT // CELL_LIMIT)
    kept = trim([*cells, CellOutputs([stream("y")], 1, 0), NOTHING])
    assert len(kept) == len(cells) + 2
    assert all(output["text"] == "x" * CELL_LIMIT for (output,) in kept[:-2])
    ((last,), nothing) = kept[-2:]
    assert "y" not in last["text"]
    assert nothing == ()


def test_tidy_counts_a_cell_that_was_cut_as_its_limit_only() -> None:
    loud = CellOutputs([stream("x" * CELL_LIMIT)], 10 * POST_LIMIT, 0)
    ((_,), (kept,)) = trim([loud, CellOutputs([stream("y")], 1, 0)])
    assert kept["text"] == "y"


def test_structure_of_is_what_is_not_in_strings() -> None:
    assert structure_of(b'["a", 1]') == 5
    assert structure_of(rb'["\"]"]') == 2
    assert structure_of(b'["never ends') == 1
    assert structure_of(b"") == 0


def test_size_of_counts_structure_five_times_and_no_print() -> None:
    empty = {"output_type": "stream", "text": ""}
    text = json.dumps(empty)
    assert size_of([{**empty, "text": "x" * 100}]) == len(text) + 4 * structure_of(text.encode())
    assert size_of([]) == 0
    assert size_of([display(a="x" * 100)]) == size_of([display(a="")]) + 100


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        ({"text/plain": "1"}, True),
        ({"application/json": {"a": 1}}, True),
        ({"application/vnd.plotly.v1+json": [1]}, True),
        ({"text/plain": 1}, False),
        ({"text/plain": ["a", "b"]}, False),
        ({"text/html": "1", "text/plain": None}, False),
    ],
)
def test_unfit_names_what_is_no_text(data: dict[str, Any], fits: bool) -> None:  # noqa: FBT001
    found = list(unfit([NOTHING, CellOutputs([stream("a"), display(**data)], 1, 10)]))
    assert len(found) == (not fits)
    assert all(cell == 2 and "text/plain" in what for cell, what, _ in found)


@pytest.mark.parametrize("extra", [0, 1])
def test_unfit_cell_is_over_the_limit(extra: int) -> None:
    found = list(unfit([NOTHING, CellOutputs([], 0, SHOWN_LIMIT + extra)]))
    assert [cell for cell, _, _ in found] == [2] * extra
    assert all(f"{SHOWN_LIMIT + 1:,}" in what for _, what, _ in found)


@pytest.mark.parametrize("extra", [0, 1])
def test_unfit_post_is_over_the_limit(extra: int) -> None:
    cells = [CellOutputs([], 0, SHOWN_LIMIT)] * (POST_SHOWN_LIMIT // SHOWN_LIMIT)
    found = list(unfit([*cells, CellOutputs([], 0, extra)]))
    assert [cell for cell, _, _ in found] == [len(cells) + 1] * extra
    assert all(f"{POST_SHOWN_LIMIT + 1:,}" in what for _, what, _ in found)


@pytest.mark.parametrize(
    ("largest", "remedy"),
    [
        ("image/svg+xml", "rasterized=True"),
        ("image/png", "`dpi`"),
        ("text/html", "fewer rows"),
        ("text/plain", "a part of it"),
        ("", "a part of it"),
    ],
)
def test_unfit_names_a_remedy_for_what_is_heavy(largest: str, remedy: str) -> None:
    ((_, _, said),) = unfit([CellOutputs([], 0, SHOWN_LIMIT + 1, largest)])
    assert remedy in said


def test_largest_of_is_the_format_with_most_characters() -> None:
    outputs = [display(a="xx", b="yyy"), stream("z" * 9), display(a="xx")]
    assert largest_of(outputs) == "a"
    assert largest_of([stream("z")]) == ""
