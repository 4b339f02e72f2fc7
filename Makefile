# Python alone is enough: Node, PostgreSQL and the browser of the tests come as packages.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .stamps
PATH := $(CURDIR)/$(BIN):$(PATH)
export PATH
export UV_PYTHON := $(CURDIR)/$(BIN)/python
export UV_NO_PROGRESS := 1
SOURCES_PY := pyproject.toml core/pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help install install-test demo serve test check messages lock reference pictures clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F '\t' '{printf "  make %-14s %s\n", $$1, $$2}'

$(STAMPS)/venv:
	@echo "==> virtual environment (.venv)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/uv: $(STAMPS)/venv requirements/uv.lock
	@echo "==> installer"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@touch $@

# The complete environment satisfies the smaller one: `make install` never takes the test packages away.
$(STAMPS)/runtime: $(STAMPS)/uv requirements/runtime.lock $(SOURCES_PY)
	@echo "==> packages, at their locked versions"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/runtime.lock
	@$(BIN)/uv pip install --quiet --no-deps -e core -e .
	@touch $@

$(STAMPS)/test: $(STAMPS)/runtime requirements/check.lock
	@echo "==> packages of tests and checks, at their locked versions"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/check.lock
	@touch $@

$(STAMPS)/npm: $(STAMPS)/runtime package.json package-lock.json .npmrc
	@echo "==> front-end packages"
	@$(BIN)/npm ci --omit=dev --silent
	@rm -f $(STAMPS)/npm-test && touch $@

$(STAMPS)/npm-test: $(STAMPS)/npm
	@echo "==> browser of the tests"
	@$(BIN)/npm ci --silent
	@touch $@

$(STAMPS)/static: $(STAMPS)/npm tools/vendor.py $(shell find src/portulan/web -path '*/static/*' -not -path '*/static/vendor/*' -type f 2>/dev/null)
	@echo "==> static files"
	@$(BIN)/python tools/vendor.py
	@SECRET_KEY=install $(BIN)/python -m portulan.manage collectstatic --noinput --clear --verbosity 0
	@touch $@

$(STAMPS)/messages: $(STAMPS)/runtime tools/messages.py $(shell find src/portulan -name django.po 2>/dev/null)
	@echo "==> translations"
	@$(BIN)/python tools/messages.py compile
	@touch $@

.PHONY: installed installed-test
installed: $(STAMPS)/messages $(STAMPS)/static
installed-test: installed $(STAMPS)/test $(STAMPS)/npm-test

install: installed ## Install what Portulan needs to run
	@echo "Installed. Next: \`make demo\` to look around, or \`make serve\` to start with an empty portfolio."

install-test: installed-test ## Install everything: tests and checks too
	@echo "Installed. Next: \`make test\` and \`make check\`."

demo: installed ## Serve a demonstration portfolio, in its own database (var/demo)
	@echo "==> demonstration"
	@$(BIN)/portulan demo

serve: installed ## Create or upgrade the database, then serve on PORT (8000)
	@echo "==> database"
	@$(BIN)/portulan init
	@echo "==> server"
	@$(BIN)/portulan serve

test: installed-test ## Run the tests: core, SQLite, PostgreSQL, browser
	@$(BIN)/python tools/run_tests.py

check: installed-test ## Run the checks: style, types, floors, templates, translations, migrations
	@$(BIN)/python tools/run_checks.py

messages: $(STAMPS)/runtime ## Bring the translation files up to date with the sources
	@$(BIN)/python tools/messages.py update
	@echo "Next: translate the empty entries, then \`make check\`."

reference: installed ## Write the generated pages of docs/reference
	@$(BIN)/python tools/reference.py
	@echo "Next: look at \`git diff docs/reference\`."

pictures: installed-test ## Take the pictures of the README and docs (docs/images)
	@echo "==> pictures of a demonstration"
	@$(BIN)/python tools/screenshots.py --docs
	@echo "Next: look at docs/images."

lock: $(STAMPS)/uv ## Resolve the versions again (requirements/*.lock)
	@$(BIN)/python tools/lock.py
	@echo "Next: \`make install-test\`, \`make test\`, then commit requirements/."

clean: ## Remove what install and tests made; var/ stays
	@rm -rf .venv node_modules staticfiles src/portulan/web/static/vendor $(STAMPS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/tests
	@find src core tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
	@echo "Clean. Next: \`make install\`."
