"""The post about posts shows claims of its own head."""

from __future__ import annotations

import re

import yaml

from tests.support.projects import ROOT


def test_post_about_posts_shows_its_own_claims() -> None:
    text = (ROOT / "posts" / "write-your-own-post.md").read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---\n")[1])
    (block,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    shown = yaml.safe_load(block)["learns"]
    assert shown == head["learns"][: len(shown)]
