"""The post about posts shows the head of its own file."""

from __future__ import annotations

import re

import yaml

from tests.support.projects import ROOT


def test_post_about_posts_shows_its_own_claims() -> None:
    text = (ROOT / "posts" / "write-your-own-post.md").read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---\n")[1])
    shown = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    assert [yaml.safe_load(block)["learns"] for block in shown] == [head["learns"]]
