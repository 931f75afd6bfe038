# Everything runs in .venv, which the targets below make and keep in step with the lock files.
# Another interpreter: make run PYTHON=python3.12        Further arguments: make train ARGS="--estimator forest"

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9

# Nobody's use of a clinical tool is reported anywhere.
MLFLOW_DISABLE_TELEMETRY ?= true
export MLFLOW_DISABLE_TELEMETRY

.DEFAULT_GOAL := help
.PHONY: help run test coverage check fix train serve bench faults pictures sbom licences audit lock clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/ready ## Start the dashboard at http://localhost:8501
	$(BIN)/streamlit run dashboard/app.py $(ARGS)

test: check ## Check, then run every test
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: ## The same, measuring which lines and branches they run
	$(MAKE) test ARGS="--cov --cov-report term $(ARGS)"
	$(BIN)/pytest --quiet tests/model/test_deadline.py  # hangs where lines are measured

check: $(VENV)/ready-dev ## Look at format, lint and types; change nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: $(VENV)/ready-dev ## Format, and repair what ruff can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: $(VENV)/ready ## Train a model and log it to MLflow (ARGS="--estimator …")
	$(BIN)/python -m model train $(ARGS)

serve: $(VENV)/ready ## Serve the champion of heart-disease over REST on port 5001
	$(BIN)/python -m model serve models:/heart-disease@champion --env-manager local --port 5001 $(ARGS)

bench: $(VENV)/ready-dev ## Run every benchmark; ours and the peer's side by side, one table at the end
	$(BIN)/python -m benchmarks $(ARGS)

faults: $(VENV)/ready-dev ## Make everything go wrong, and write docs/faults.md
	$(BIN)/python -m tests.faults $(ARGS)

sbom: $(VENV)/made ## Write sbom.json, a bill of materials (CycloneDX) from the lock
	$(BIN)/uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt \
		--output-format JSON --output-reproducible --output-file sbom.json

licences: $(VENV)/ready ## List the licences of the packages in docs/licences.md
	$(BIN)/python -m tests.supply_chain licences

audit: $(VENV)/ready ## Ask an advisory service about every package of the lock
	$(BIN)/python -m tests.supply_chain audit

pictures: $(VENV)/ready-dev ## Take the pictures in docs/ anew
	PYTHONPATH=. $(BIN)/python docs/pictures.py

# A pin is kept where it still fits. All of them anew: make lock ARGS=--upgrade
# "fewest" asks for one version of a package on every Python we run on, not one each.
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --custom-compile-command "make lock"

lock: $(VENV)/made ## Pin what pyproject.toml asks for, with hashes
	$(COMPILE) $(ARGS) --output-file requirements.txt
	$(COMPILE) $(ARGS) --extra dev --extra fhir --constraint requirements.txt --output-file requirements-dev.txt
	echo 'pyspark>=4.3,<4.4' | $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" --output-file requirements-spark.txt

clean: ## Remove the environment and the tools' caches; data and models stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

# Three stamps: the environment exists, it can run the app, it can run the tests.
$(VENV)/made: Makefile
	@command -v $(PYTHON) >/dev/null || \
		{ echo "$(PYTHON) was not found. Bedside needs Python 3.11 or newer: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Bedside needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/ready: requirements.txt $(VENV)/made
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.txt
	@touch $@

# The last are data the tests look at; their own requirements stay out.
$(VENV)/ready-dev: requirements-dev.txt requirements-spark.txt tests/public-copies.txt $(VENV)/made
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-spark.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps --requirement tests/public-copies.txt
	@touch $@
