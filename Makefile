# What people run. `make help` lists it. Everything is installed into .venv from uv.lock.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV := UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
export DAGSTER_DISABLE_TELEMETRY := yes

.PHONY: help setup demo serve test check generate docs bench bench-warehouse mutate attack semantic lint viewers typesetter database pictures screens theme

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 18

setup: .venv/.ready ## Install everything into .venv

.venv/.ready: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) sync --locked --compile-bytecode --inexact --quiet
	@touch $@

demo: setup typesetter ## Make a synthetic London, check it, build the warehouse, publish the report
	@$(BIN)/cohort demo

serve: setup typesetter ## Run the portal at http://localhost:8033
	@$(BIN)/cohort serve

semantic: setup ## Add MetricFlow, to ask the semantic layer
	@$(UV) sync --locked --inexact --quiet --extra semantic

viewers: typesetter # Chromium and LibreOffice for the tests that look at what we make, where apt is present
	@command -v chromium >/dev/null && command -v soffice >/dev/null || \
	  { command -v apt-get >/dev/null && { apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends chromium libreoffice-calc >/dev/null; } || \
	  echo "No Chromium or LibreOffice here: the tests that need them are left out."; }

typesetter: setup # Pango, which sets the PDF of a release, where apt is present and lets us
	@$(BIN)/python -c "import weasyprint" >/dev/null 2>&1 || \
	  { command -v apt-get >/dev/null && $(AS_ROOT) apt-get update -qq && \
	  $(AS_ROOT) apt-get install -y -qq --no-install-recommends $(PANGO) >/dev/null; } || \
	  echo "No Pango here ($(PANGO)): releases are made without their PDF."

database: # PostgreSQL for the tests of a register there, where apt is present
	@command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	  { command -v apt-get >/dev/null && $(AS_ROOT) apt-get update -qq && \
	  $(AS_ROOT) apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || \
	  echo "No PostgreSQL here: the register is tested in SQLite alone."

test: setup viewers database ## Run every test
	@$(BIN)/pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests --processes 2 --disable-progress-bar
	$(BIN)/python -m specification.generate --check

check: semantic lint test ## Everything CI runs: lint, types, imports, SQL, generated files, tests

generate: setup ## Write every file that is generated from the specification
	@$(BIN)/python -m specification.generate
	@$(BIN)/python -m ingest.accepted_input
	@$(BIN)/python -m orchestration.documents lineage
	@$(BIN)/python -m orchestration.documents dictionary

docs: setup ## One static page of the warehouse's models: dbt's own documentation
	@$(BIN)/python -m orchestration.documents page

pictures: setup viewers ## Take the README's picture of the report anew, from the newest release of the demo
	@$(BIN)/python -m tests.acceptance.take_pictures

screens: setup viewers ## Take a picture of every page of the portal, at two widths, into screens/
	@mkdir -p screens && COHORT_PICTURES=$(CURDIR)/screens $(BIN)/pytest -n 0 -q tests/integration/test_*_in_a_browser.py

theme: ## Compile the portal's look from portal/theme; needs npm, which nothing else does
	@cd portal/theme && npm ci --silent --ignore-scripts && npm run --silent build

mutate: setup ## Put every small fault into the SQL of the rates: the unit tests must find each
	@$(BIN)/python -m tests.mutation.mutate_rates

attack: setup ## Attack eight quarters of releases of each of fifty made-up Londons
	@$(BIN)/python -m tests.property.many_quarters 50

bench: setup ## Measure the main steps against named alternatives
	@$(BIN)/python -m benchmarks.check_speed

bench-warehouse: setup ## Measure full and incremental builds at 1, 10 and 50 times London's size
	@$(BIN)/python -m benchmarks.check_warehouse
