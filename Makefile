# Everything a newcomer needs: `make chat` and `make test` set up .venv themselves when it is missing or stale.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# One's own pile: make chat ARTICLES=DIR. Every pile has an index of its own under data/.
ARTICLES ?= evals/suites/bundled/articles
PILE := $(abspath $(patsubst ~/%,$(HOME)/%,$(ARTICLES)))
INDEX ?= data/$(notdir $(PILE))-$(firstword $(shell printf %s "$(PILE)" | cksum))
PORT ?= 7860
SECONDS ?= 300
MODEL_SECONDS ?= 300
Q ?= Năm 2023, Bộ phận một cửa xã Bình An tiếp nhận bao nhiêu hồ sơ?
export Q

.PHONY: chat ask index test test-fast fuzz faults load train-reader lint format browser screenshots clean
.DEFAULT_GOAL := chat

chat: index
	$(BIN)/hoidap serve --index "$(INDEX)" --port $(PORT)

ask: index
	@$(BIN)/hoidap ask "$$Q" --index "$(INDEX)"

index: $(INSTALLED)
	@$(BIN)/hoidap index "$(PILE)" --index "$(INDEX)"

# The same every time. Behind the tests stand the files of which they run the least; the floor is in pyproject.toml.
test: $(INSTALLED) lint browser
	$(BIN)/pytest --cov --cov-report=
	@$(BIN)/coverage report --sort=cover | awk 'NR <= 2 || /^TOTAL/ || $$NF + 0 < 70'

# While working: without what takes long, the bundled model and the browser.
test-fast: $(INSTALLED) lint
	$(BIN)/pytest -m "not slow"

# Everything that holds for any input, on inputs that nobody has tried yet: 10,000 for the readers of outside data.
# `make test` tries the same 25 each every time.
fuzz: $(INSTALLED)
	HOIDAP_FUZZ=500 $(BIN)/pytest -m hypothesis tests

# The tests of an index under faults in their long form: 100 killed writers, thousands of damaged files.
faults: $(INSTALLED)
	HOIDAP_FAULTS=long $(BIN)/pytest tests/faults

# 50 users for SECONDS, 8 with the bundled model for MODEL_SECONDS, then failures; figures go to evals/results.
load: $(INSTALLED)
	PYTHONPATH=.:tests/load $(BIN)/python tests/load/long_form.py $(SECONDS) $(MODEL_SECONDS)

# The reader's weights, from the training data beside the project and our own: hours on two cores, resumable.
train-reader: $(INSTALLED)
	$(BIN)/python -m evals.training

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The pictures of the page in docs/.
screenshots: $(INSTALLED) browser
	PYTHONPATH=.:tests/ui $(BIN)/python tests/ui/screenshots.py

# The page is tested in a real browser. Where Debian's packages cannot be installed that one test skips by name.
browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { \
	  echo "Installing Chromium for the browser test"; \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
	  $$SUDO apt-get update -q && $$SUDO apt-get install -y -q --no-install-recommends chromium chromium-driver; } \
	|| echo "Chromium could not be installed; the browser test will be skipped"

# torch first and alone: pip then takes the CPU build where one is at hand.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hoidap needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@echo "Setting up $(VENV): several minutes and gigabytes the first time"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet -c constraints.txt -e '.[models,openvino,ray,milvus,evals,baselines,dev]'
	@touch $@

# The indexes under data/ are the user's; they stay.
clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
