# Two commands matter: `make demo` and `make test`. Each sets up everything it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help compiled setup demo wheel test test-all lint docs lock bench faults soak sbom audit clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# The page is built by Node, which comes from PyPI with the other tools: no Node on the machine is needed.
WEB := api/web
PAGE := api/dashboard/index.html
WEB_SOURCES := $(shell find $(WEB) -path $(WEB)/node_modules -prune -o -type f -print)

# What looks at the product alone waits for its own packages; what checks and tests it, for the tools too.
PIP := $(BIN)/python -m pip --disable-pip-version-check
LIST = $(PIP) install --no-compile --require-hashes -r $(1) 2>&1 | awk -v all=$$(grep -c == $(1)) -v live=$$([ -t 2 ] && echo 1) '/^(Collecting|Processing|Requirement already)/ {n++; if (live) printf "\r      %d of at most %d packages", n, all; fflush()} /^Installing/ {if (live) printf "\r      unpacking %d packages ...         ", n; fflush()} /ERROR|rror:/ {print} END {if (live) printf "\r"; printf "      %d packages                         \n", n}'
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

setup: $(PAGE) $(VENV)/.ready  ## Create .venv, install the product and its test tools into it, build the page

$(VENV)/.runs: requirements-run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; ok = v >= (3, 11); ok or sys.exit(f"Python 3.11 or newer is needed, this is {v[0]}.{v[1]}. Install one and run: make $(MAKECMDGOALS) PYTHON=python3.11")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian or Ubuntu run: apt-get install python3-venv"; exit 1; }
	@echo "[1/4] Creating the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "[2/4] Installing what the product needs (half a minute on a fast line)"
	@$(call LIST,requirements-run.lock)
	@$(BIN)/python -c 'import fastapi, paho.mqtt, simpy, amqtt' || { echo "The packages did not install; the lines above say why."; exit 1; }
	@echo "[3/4] Installing zero-cold-water"
	@$(PIP) install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat --editable . 2>&1 | sed -n '/rror/,$$p'
	@$(BIN)/zcw --version >/dev/null
	@touch $@

$(PAGE): $(VENV)/.runs $(WEB_SOURCES)
	@echo "[4/4] Building the page"
	@cd $(WEB) && $(WITH_NODE) npm ci --ignore-scripts --loglevel=error >/dev/null && $(WITH_NODE) npm run --silent build >/dev/null
	@touch $@

$(VENV)/.ready: $(VENV)/.runs requirements.lock
	@echo "Installing what checks, tests and documents the product (about a minute on a fast line)"
	@$(call LIST,requirements.lock)
	@$(BIN)/python -c 'import pytest, mypy, hypothesis' || { echo "The tools did not install; the lines above say why."; exit 1; }
	@touch $@

demo: $(VENV)/.runs $(PAGE)  ## Run a simulated house with broker, controller, REST service and page (options: ARGS="--speed 20")
	@exec $(BIN)/zcw demo $(ARGS)

wheel: $(PAGE)  ## Build the wheel, with the page in it, into dist
	@rm -rf build/lib build/bdist.*  # setuptools would put in again what was there before
	@$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

test: setup  ## Check style, types, import directions, and run the everyday tests
	@sh tests/system-packages.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" $(ARGS)

test-all: setup  ## Also the slow tests
	@sh tests/system-packages.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest $(ARGS)

lint: setup  ## Style, types and import directions only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@cd $(WEB) && $(WITH_NODE) npm run --silent check

compiled: setup  ## Compile the busiest modules of the simulator (optional; needs a C compiler; use with ZCW_COMPILED=on)
	@$(BIN)/python -m simulator.compiled

bench: setup  ## Print the benchmark numbers (button to relay, start-up, memory, the page)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

faults: setup  ## Run the tests that answer for the list of faults, make the mistakes they must notice, print the gaps
	@$(BIN)/python -m tests.faults $(ARGS)

soak: setup  ## Hours of what CI does in minutes: random faults, power cuts, generated requests
	@ZCW_RANDOM_FAULTS=10000 ZCW_POWER_CUTS=10000 ZCW_KILLS=500 ZCW_SOAK_DAYS=30 ZCW_HOSTILE=1000000 ZCW_FUZZ_CASES=12500 $(BIN)/python -m pytest -m slow --timeout 7200 tests/faults tests/durability tests/unit/api/test_openapi_fuzz.py

docs: setup  ## Build the documentation as a site in build/site, with every link checked
	@$(BIN)/python -m docs.site.build $(ARGS)

sbom: setup  ## Write what the product is made of to sbom.json (CycloneDX)
	@$(BIN)/python deploy/sbom.py sbom.json

audit: setup  ## Look the locked packages up in the list of known weaknesses (needs the internet)
	@$(BIN)/python -m pip_audit --vulnerability-service osv --require-hashes --disable-pip --requirement requirements.lock

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml requirements-build.in

lock:  ## Resolve the dependencies again and rewrite both lock files: everything, and what the product itself needs
	@$(PYTHON) -m venv $(VENV) && $(PIP) install --quiet uv
	@$(COMPILE) --group dev --all-extras -o requirements.lock
	@$(COMPILE) --group page --extra report --constraint requirements.lock -o requirements-run.lock

clean:  ## Remove the virtual environment and every cache
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .cache artifacts api/dashboard api/web/node_modules
