# Needs Python 3.11 or newer with its venv module; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := $(shell find frontend -type f -not -path "*/node_modules/*")
PIP_INSTALL := python -m pip install --quiet --disable-pip-version-check

.PHONY: serve test check lint test-lowest bench sbom clean

serve: $(VENV)/installed
	$(BIN)/sjkg serve

# Everything: lint, types and every test. As root, it installs programs that tests need from Debian's packages; INSTALL=no leaves that out.
test: lint
	scripts/install-debian.sh chromium-headless-shell "Where chromium is missing too, tests of pages" chromium-headless-shell fonts-dejavu-core
	scripts/install-debian.sh java "Tests of reasoning on Spark" default-jre-headless
	scripts/install-debian.sh nginx "Tests of the reverse proxy" nginx-light
	scripts/install-debian.sh bwrap "Tests of the container" bubblewrap
	scripts/install-debian.sh mvn "Tests of the site over Apache Jena Fuseki" maven
	sh bench/install_peers.sh $(VENV)/stores stores
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

# The software bill of materials: sbom/python.cdx.json and sbom/frontend.cdx.json, in CycloneDX.
sbom: $(VENV)/installed
	$(PYTHON) -m venv $(VENV)-sbom
	$(VENV)-sbom/bin/$(PIP_INSTALL) --require-hashes --requirement requirements/build.txt --requirement requirements/sbom.txt
	$(VENV)-sbom/bin/python scripts/sbom.py --python $(BIN)/python sbom

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-sbom sbom

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sjkg needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml requirements/build.txt requirements/runtime.txt hatch_build.py $(FRONTEND) | $(VENV)/bin/python
	$(BIN)/$(PIP_INSTALL) --require-hashes --requirement requirements/build.txt --requirement requirements/runtime.txt
	$(BIN)/$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed requirements/development.txt tests/clients/comunica/package-lock.json
	$(BIN)/$(PIP_INSTALL) --require-hashes --requirement requirements/development.txt
	$(BIN)/python tests/clients/comunica/install.py
	touch $@
