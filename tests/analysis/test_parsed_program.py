"""A program as text and trees."""

from __future__ import annotations

import pytest

from site_tools.analysis.parsed_program import ParsedProgram


def test_code_that_is_no_python_is_refused() -> None:
    ParsedProgram(["a = 1", "", "# a comment"])
    with pytest.raises(SyntaxError):
        ParsedProgram(["a = 1", "a = = 2"])
