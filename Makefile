# Needs Python 3.11 or newer with its venv module; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := $(shell find frontend -type f -not -path "*/node_modules/*")
PIP_INSTALL := python -m pip install --quiet --disable-pip-version-check

.PHONY: serve test check lint test-lowest bench clean

serve: $(VENV)/installed
	$(BIN)/sjkg serve

# Everything: lint, types and every test.
test: lint
	scripts/install-chromium.sh
	scripts/install-java.sh
	$(BIN)/pytest

# The edit loop: no server, no browser, no Java.
check: lint
	$(BIN)/pytest -m "(unit or data) and not slow"

lint: $(VENV)/installed-test
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/python scripts/check_frontend.py

# The same tests as `check`, with the lowest versions that pyproject.toml allows.
test-lowest:
	$(PYTHON) -m venv --clear $(VENV)-lowest
	$(PYTHON) scripts/lowest_versions.py > $(VENV)-lowest/constraints.txt
	$(VENV)-lowest/bin/$(PIP_INSTALL) --constraint $(VENV)-lowest/constraints.txt --editable '.[test]'
	$(VENV)-lowest/bin/pytest -m "(unit or data) and not slow"

bench: $(VENV)/installed-test
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) $(VENV)-lowest

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sjkg needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt hatch_build.py $(FRONTEND) | $(VENV)/bin/python
	$(BIN)/$(PIP_INSTALL) --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed tests/clients/comunica/package-lock.json
	$(BIN)/$(PIP_INSTALL) --constraint constraints.txt --editable '.[test]'
	$(BIN)/python tests/clients/comunica/install.py
	touch $@
