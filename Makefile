# Walkback. "make demo" shows it, "make test" tests it; both set themselves up with nothing but Python 3.11+, venv and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.setup-done

.DEFAULT_GOAL := help
.PHONY: help setup demo test pictures faults soak fuzz attacks check lint types openapi migrations catalogues evaluate bench lock sbom audit clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: $(STAMP) ## make .venv with the pinned packages and the program at .venv/bin/walkback

$(STAMP): requirements-dev.lock pyproject.toml
	@echo "setup: .venv with the packages pinned in requirements-dev.lock (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Walkback needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 " + "$(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)
	@echo "setup: done; the program is $(BIN)/walkback"

demo: setup ## the main job, shown on this machine alone (ARGS=--once ends it by itself)
	@$(BIN)/walkback demo $(ARGS)

test: setup ## every test, on SQLite and on PostgreSQL (ARGS="-k name" for some; those in a browser where there is Chromium)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

PICTURES := flag statement claim asked

pictures: setup ## the pictures of the pages in the README, made anew (needs Chromium)
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(BIN)/python -m pytest tests/browser/test_story.py -k en-GB --require-browser --pictures "$$scratch" && mkdir -p docs/images && \
	for name in $(PICTURES); do cp "$$scratch/story-en-$$name.png" "docs/images/$$name.png"; done

faults: setup ## the long form of the fault tests: KILLS=200 kills of a worker on each database, every statement failing once
	@$(BIN)/python -m pytest tests/faults --kills=$(or $(KILLS),200) $(ARGS)

soak: setup ## the service killed, backed up and restored while a site changes, for MINUTES=10 on each database
	@$(BIN)/python -m pytest tests/faults/soak --minutes=$(or $(MINUTES),10) $(ARGS)

fuzz: SEED ?= $(shell date +%s)
fuzz: setup ## input of strangers: damaged, for every reader and operation (EXAMPLES=500 of each; SEED=n the same again), then make attacks
	@echo "fuzz: SEED=$(SEED) makes the same inputs again, and goes on where a run was stopped"
	@$(BIN)/python -m pytest tests/fuzz tests/api/test_fuzz.py -n auto --dist worksteal --examples=$(or $(EXAMPLES),500) --hypothesis-seed=$(SEED) --parts=.fuzz/$(SEED)-$(or $(EXAMPLES),500) --timeout=7200 $(ARGS)
	@$(BIN)/python -m attacks $(or $(EVERY),20)

attacks: setup ## forbidden addresses and hostile answers, at every entrance and setting; counts by class (EVERY=1 for all of them, an hour)
	@$(BIN)/python -m attacks $(or $(EVERY),20)

check: lint types migrations ## lint, types and migrations, as the continuous run does

lint: setup ## format and lint
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: setup ## mypy, strict
	@$(BIN)/mypy

SPECTRAL := scripts/openapi-lint

$(SPECTRAL)/node_modules/.done: $(SPECTRAL)/package-lock.json
	@command -v npm >/dev/null || { echo "openapi: needs npm (Node.js 18 or newer)" >&2; exit 2; }
	@cd $(SPECTRAL) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

openapi: setup $(SPECTRAL)/node_modules/.done ## the OpenAPI document as openapi.json, checked by Spectral (needs npm)
	@$(BIN)/python -c 'import json; from app.api.application import openapi_document; print(json.dumps(openapi_document(), indent=1))' > openapi.json
	@$(SPECTRAL)/node_modules/.bin/spectral lint --quiet --fail-severity=warn --ruleset $(SPECTRAL)/ruleset.yaml openapi.json

migrations: setup ## up, down and up again on a new database; the tables of the code equal the migrations
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && export WALKBACK_DATABASE_URL="sqlite:///$$scratch/new.db" && \
	$(BIN)/alembic upgrade head && $(BIN)/alembic check && $(BIN)/alembic downgrade base && $(BIN)/alembic upgrade head

catalogues: setup ## find every message of the program again, and bring the catalogues of all languages up to date (ARGS="--language de" begins one)
	@$(BIN)/python scripts/catalogues.py $(ARGS)

evaluate: setup ## how good the analysis is, on labelled revisions (DATA=DIR; ARGS=--short for a sample)
	@test -n "$(DATA)" || { echo "evaluate: name the folder of the data: make evaluate DATA=DIR" >&2; exit 2; }
	@$(BIN)/python -m evaluation $(DATA) $(ARGS)

bench: setup ## how fast it is on this machine (the list, or one: ARGS="quotes --claims 100000")
	@$(BIN)/python -m benchmarks $(ARGS)

AUDIT := .venv-audit

$(AUDIT)/.done: requirements-audit.lock
	@$(PYTHON) -m venv $(AUDIT) && $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@

sbom: $(AUDIT)/.done ## write sbom.json: every pinned package with its version and hashes, as CycloneDX
	@$(AUDIT)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o sbom.json 2>/dev/null && echo "sbom: sbom.json"

audit: $(AUDIT)/.done ## has a pinned package a known weakness? (says so where no index of advisories can be asked)
	@$(AUDIT)/bin/python scripts/advisories.py $(AUDIT)/bin/pip-audit requirements.lock

lock: setup ## pin every package again, with hashes, for Python 3.11 to 3.13
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra postgres pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@echo "setuptools>=77" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements-dev.lock - -o requirements-build.lock
	@printf 'cyclonedx-bom>=7.5,<8\npip-audit>=2.10,<3\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate - -o requirements-audit.lock

clean: ## remove what setup and tests made
	rm -rf $(VENV) $(AUDIT) sbom.json openapi.json $(SPECTRAL)/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz *.egg-info
