.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help site preview test check verify bench lighthouse zensical format clean

help: ## say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

site: .venv/site ## run every post, check that it learns, write site/
	$(BIN)/elevenlines build

preview: .venv/site ## build the site, drafts included, and show it on http://localhost:8000
	$(BIN)/elevenlines build --drafts
	$(BIN)/python -m http.server --directory site --bind 127.0.0.1 8000

test: .venv/test ## run all checks and all tests, and downloads that changed
	@$(MAKE) --no-print-directory check
	$(BIN)/elevenlines run     # all evidence, which the tests then find in .elevenlines
	$(BIN)/elevenlines verify
	$(BIN)/pytest -n 3 --dist loadgroup -m slow --durations 25  # a third of their time they wait

check: .venv/test ## format, lint, types, layers, workflows, posts, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/elevenlines check
	$(BIN)/pytest -n 2 -m "not slow"

verify: .venv/site ## run every download by itself, as a reader would
	$(BIN)/elevenlines verify --again

bench: .venv/test ## measure: engines, evidence, rendering, and how often verdicts are wrong
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.evidence
	$(BIN)/python -m benchmarks.verdicts
	$(BIN)/python -m benchmarks.rendering

zensical: .venv/test ## render the site with another renderer, and compare the pages
	$(BIN)/pytest -m slow -v tests/publishing/test_renderers.py

lighthouse: .venv/test ## let Lighthouse judge three pages; needs npm and Chromium
	$(BIN)/elevenlines build
	$(BIN)/python -m benchmarks.lighthouse

format: .venv/test ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove everything that can be made again
	rm -rf .venv .elevenlines build site .*_cache .hypothesis *.egg-info

.venv/site: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[posts]'
	@touch $@

.venv/test: .venv/site
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[posts,test]'
	-$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[zensical]'
	@touch $@
