.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

# The CPU build of torch, as in pyproject.toml.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
LOCK ?= test
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-build --no-annotate --custom-compile-command 'make lock' --constraints constraints.txt
# An S3 server for the tests. Its botocore needs an older python-dateutil than matplotlib's pin.
S3 := .venv/s3-server
S3_SERVER := moto[s3] flask flask-cors
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
# In the order of `tests/conftest.py`: the longest first.
SLOW := $(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder --cpu
# SANDBOX=require, as in CI, runs no post without all layers of the sandbox.
CONFINE := $(if $(SANDBOX),--sandbox $(SANDBOX))

.PHONY: help site variants runs gpu address published preview test every-test slow check lint coverage pins lock \
	locked verify drift bench bench-external fuzz mutants zensical lighthouse format clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

site: .venv/site ## run every post, test its claims, change its lines and write site/
	$(BIN)/elevenlines build --variants 1 $(CONFINE)

variants: .venv/site ## run the changed programs of every post, which its page shows: up to six times as many runs
	$(BIN)/elevenlines mutate $(CONFINE)

runs: .venv/site ## run one part of the posts: PART=2/3
	$(BIN)/elevenlines run --shard $(PART) $(CONFINE)

# The pins of constraints-gpu.txt replace those of constraints.txt. The build of torch is that of the
# default index, so nothing is locked here: the workflow takes nothing but runs from this machine.
gpu: ## make the runs on a GPU, and no others
	@mkdir -p build
	awk -F== 'NR == FNR {gpu[$$1]; print; next} !($$1 in gpu)' $(wildcard constraints-gpu.txt) constraints.txt \
		> build/constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) --constraint build/constraints.txt --editable '.[posts]'
	$(BIN)/elevenlines run --device gpu $(CONFINE)

published: address variants ## write site/ as the workflow does: flashcards bear the date of the last commit
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/elevenlines build $(CONFINE)

address:
	@[[ "$(SITE_URL)" == https://?* ]] || { echo 'SITE_URL: "$(SITE_URL)" is not the address of a' \
		'site, such as https://example.org/. Enable GitHub Pages in the settings.' >&2; exit 1; }

preview: .venv/site ## show the site with drafts while you edit, on http://localhost:8000
	$(BIN)/elevenlines serve $(CONFINE)

# One process checks the code while three others run tests, which wait for a third of their time.
test: .venv/test ## run all checks and all tests; `make site verify` tests the posts' claims and downloads
	@$(MAKE) --no-print-directory -j 2 lint every-test

every-test: .venv/test
	$(SLOW)

check: lint ## format, lint, types, layers, workflows, posts, fast tests
	$(BIN)/pytest -n 2 -m "not slow" --cpu

lint: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --persona auditor .github
	$(BIN)/elevenlines check --format $(if $(GITHUB_ACTIONS),github,text)

slow: .venv/test ## run the slow tests alone; IN="tests/pages tests/posts" selects folders
	$(SLOW) -m slow $(IN)

coverage: .venv/test ## run the fast tests and print which lines they reach; slow tests cover more
	$(BIN)/pytest -n 2 -m "not slow" --cov=site_tools --cov-report=term:skip-covered

pins: .venv/test ## list the installed packages that have newer releases
	$(BIN)/pip list --outdated

lock: .venv/test ## write locks/ from constraints.txt: each pin, with the hashes of all its files
	$(COMPILE) --extra posts --no-emit-package torch --output-file locks/site.txt pyproject.toml
	$(COMPILE) --all-extras --no-emit-package torch --output-file locks/test.txt pyproject.toml
	printf '%s\n' $(S3_SERVER) | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-build --no-annotate --custom-compile-command 'make lock' \
		--output-file locks/s3-server.txt -
	grep ^torch== constraints.txt | \
		$(COMPILE) --no-deps --default-index $(TORCH_INDEX) --output-file locks/torch.txt -

locked: ## install what locks/ lists and nothing else, as CI does; LOCK=site omits what tests need
	$(PYTHON) -m venv --clear .venv
	$(INSTALL) --require-hashes --only-binary :all: --requirement locks/$(LOCK).txt
	$(INSTALL) --require-hashes --only-binary :all: --no-deps --index-url $(TORCH_INDEX) \
		--requirement locks/torch.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/pip check
	$(if $(filter test,$(LOCK)),$(PYTHON) -m venv $(S3))
	$(if $(filter test,$(LOCK)),$(S3)/bin/pip install --quiet --require-hashes --only-binary :all: \
		--requirement locks/s3-server.txt)
	@touch .venv/site $(if $(filter test,$(LOCK)),.venv/test)

verify: .venv/site ## run every download on its own, as a reader would
	$(BIN)/elevenlines verify --again $(CONFINE)

drift: .venv/site ## run every post with the newest Python and packages; KEEP=torch keeps a pin
	@mkdir -p build
	set -o pipefail; $(BIN)/elevenlines drift --python newest $(KEEP:%=--keep %) $(CONFINE) 2>&1 \
		| tee build/drift.txt

bench: .venv/test ## measure engines, evidence, rendering and the preview, and the error rate of verdicts
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.evidence
	$(BIN)/python -m benchmarks.verdicts
	$(BIN)/python -m benchmarks.rendering
	$(BIN)/python -m benchmarks.previews

SOURCES ?= ../sources
bench-external: .venv/test ## prove public programs and known faults; SOURCES has clones, as OWNER/NAME; ONLY="mnist vae" some
	$(BIN)/python -m benchmarks.external $(SOURCES) $(ONLY) --page docs/put-to-the-test.md

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

define create
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
endef

.venv/site: pyproject.toml constraints.txt
	$(create)
	$(INSTALL) --constraint constraints.txt --editable '.[posts]'
	@touch $@

# Not after `.venv/site`: pip would resolve everything twice. It compiles one file at a time, so all of
# them but the packages' own tests are compiled at the end, by all processors; the templates among them
# are no Python.
.venv/test: pyproject.toml constraints.txt locks/s3-server.txt
	$(create)
	test -x $(S3)/bin/pip || $(PYTHON) -m venv --clear $(S3)
	$(S3)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement locks/s3-server.txt & \
		$(INSTALL) --no-compile --constraint constraints.txt --editable '.[posts,test,cluster,s3,signatures]' \
		&& wait $$!
	-$(INSTALL) --no-compile --constraint constraints.txt --editable '.[zensical]'
	$(BIN)/python -m compileall -qq -j 0 -x '/tests/' .venv/lib/python3*/site-packages || true
	@touch .venv/site $@
