.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help site preview test slow check coverage pins verify bench fuzz mutants lighthouse zensical format clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

site: .venv/site ## run every post, test its claims and write site/
	$(BIN)/elevenlines build

preview: .venv/site ## build the site with drafts and serve it on http://localhost:8000
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
	$(BIN)/elevenlines check --format $(if $(GITHUB_ACTIONS),github,text)
	$(BIN)/pytest -n 2 -m "not slow"

slow: .venv/test ## run the slow tests alone; IN="tests/pages tests/posts" selects folders
	$(BIN)/pytest -n 3 --dist loadgroup -m slow $(IN)

coverage: .venv/test ## run the fast tests and print which lines they reach; slow tests cover more
	$(BIN)/pytest -n 2 -m "not slow" --cov=site_tools --cov-report=term:skip-covered

pins: .venv/test ## list the installed packages that have newer releases
	$(BIN)/pip list --outdated

verify: .venv/site ## run every download on its own, as a reader would
	$(BIN)/elevenlines verify --again

bench: .venv/test ## measure the cost of engines, evidence and rendering, and the error rate of verdicts
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.evidence
	$(BIN)/python -m benchmarks.verdicts
	$(BIN)/python -m benchmarks.rendering

mutants: .venv/test ## change the core at random and list the changes that no fast test notices
	$(BIN)/python -m benchmarks.mutants 60 --seed 1

MINUTES ?= 5
fuzz: .venv/test ## try random inputs of every kind; MINUTES=30 tries longer
	$(BIN)/python -m tests.fuzz $(MINUTES)

zensical: .venv/test ## render the site with Zensical and compare its pages with those of MkDocs
	$(BIN)/pytest -m slow -v tests/publishing/test_renderers.py

lighthouse: .venv/test ## score three pages with Lighthouse; needs npm and Chromium
	$(BIN)/elevenlines build
	$(BIN)/python -m benchmarks.lighthouse

format: .venv/test ## format the code and apply ruff's automatic fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove everything that can be rebuilt, the cache of runs included
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
