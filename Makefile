# One command for each thing; each prepares what it needs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
CHROMIUM_PACKAGES := chromium fonts-dejavu-core
WORKERS ?= 2
BY_FILE := --dist loadfile --no-loadscope-reorder
DEMO_ARGS ?=

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: .venv/.installed ## Virtual environment in .venv, from the lock file

.venv/.installed: pyproject.toml uv.lock
	@if command -v uv >/dev/null 2>&1; then uv sync --frozen --quiet; else \
	  $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None' && \
	  $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) && \
	  $(BIN)/uv sync --frozen --quiet; fi
	@touch $@

demo: install ## A demonstration AMAP on http://localhost:8000 (DEMO_ARGS="--port 8001")
	@$(BIN)/courtil demo $(DEMO_ARGS)

browser: ## Chromium, for the tests that drive one
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || .ci/chromium

test: install browser ## All tests, on SQLite and PostgreSQL, in a real browser
	@$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) $(TEST_ARGS)

check: install ## Format, lint, types, layers, templates, shape
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/djlint --quiet --lint core/courtil/templates plugins/contracts/courtil_contracts/templates
	@echo "check: clean"

format: install ## Write the files in the house format
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

screenshots: install browser ## Every page for each persona at 360 and 1280 px, into screenshots/
	@PYTHONPATH=tests $(BIN)/python -m browser.screenshots

bench: install ## Speed, as ratios within one run
	@PYTHONPATH=tests $(BIN)/python -m bench

coverage: install browser ## Tests with the coverage of domain and services
	@$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) --cov --cov-report=term-missing:skip-covered $(TEST_ARGS)

messages: install ## Bring the messages of code and templates into the catalogues of the core and of its plugins
	@pot=$$(mktemp) && trap 'rm -f $$pot' EXIT && for here in core/courtil plugins/*/courtil_*; do \
	  $(BIN)/pybabel -q extract -F core/courtil/locale/extract.cfg -k N_ --sort-output --no-location --no-wrap -o $$pot $$here && \
	  $(BIN)/pybabel -q update -l en -i $$pot -o $$here/locale/en.po --no-fuzzy-matching --ignore-obsolete \
	    --ignore-pot-creation-date --no-wrap || exit 1; done

.PHONY: help install demo browser test check format screenshots bench coverage messages
