"""The exhibits of a page, as a reader uses them: "What if?" and "What is each line for?"."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow

POST = "posts/two-layers/"


def test_slider_shows_the_runs_of_each_value(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/{POST}")
    exhibit = page.locator(".vary")
    slider, say = exhibit.get_by_role("slider", name="rate"), exhibit.locator(".vary-say")
    expect(say).to_contain_text("rate = 8 as in the post")
    expect(exhibit.locator("li", has_text="rate = 2").locator("b")).to_be_hidden()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "rate = 2")
    expect(say).to_contain_text("rate = 2")
    expect(exhibit.locator("li", has_text="rate = 2").locator("b")).to_be_visible()
    assert exhibit.locator(".strike-chart g.variant path").count() == 3


def test_reader_predicts_before_they_see(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/{POST}")
    exhibit = page.locator(".vary")
    expect(exhibit.locator(".vary-ask")).to_contain_text("What will happen at rate = 0.1?")
    exhibit.get_by_role("button", name="it gets better").click()
    expect(exhibit.locator(".vary-say")).to_contain_text("It comes out otherwise:")
    expect(exhibit.locator(".vary-ask")).to_contain_text("What will happen at rate = 2?")
    exhibit.get_by_role("button", name="it reaches the goal as well").click()
    expect(exhibit.locator(".vary-say")).to_contain_text("You said so:")
    exhibit.get_by_role("button", name="show all").click()
    expect(exhibit.locator(".vary-ask")).to_have_text("")
    for caption in exhibit.locator("li b").all():
        expect(caption).to_be_visible()


def test_without_scripts_and_on_paper_all_values_are_shown(
    browser: Browser, example_address: str
) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page.goto(f"{example_address}/{POST}")
    expect(page.locator(".vary li b")).to_have_count(4)
    expect(page.locator(".vary li b").first).to_be_visible()
    expect(page.get_by_role("slider", name="rate")).to_be_hidden()
    page.close()
    page = browser.new_page()
    page.goto(f"{example_address}/{POST}")
    page.emulate_media(media="print")
    for number in page.locator(".vary li b").all():
        expect(number).to_be_visible()
    page.close()


def test_line_is_struck_and_its_end_is_told(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/{POST}")
    exhibit = page.locator(".strike")
    named = exhibit.get_by_role("button", name=re.compile(r"syn1 \+= rate"))
    line = exhibit.locator(f'[data-line="{named.get_attribute("data-line")}"]').first
    line.focus()
    page.keyboard.press("Enter")
    expect(line).to_have_attribute("aria-pressed", "true")
    say = exhibit.locator(".strike-say")
    expect(say).to_contain_text("What will happen?")
    say.get_by_role("button", name="it gets worse").click()
    expect(say).to_contain_text("You said so.")
    page.keyboard.press("Escape")
    expect(line).to_have_attribute("aria-pressed", "false")
