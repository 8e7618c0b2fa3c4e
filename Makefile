# Every verb of the project. `make` alone lists them; ARGS passes options on: make test-quick ARGS="-k setup".

.DEFAULT_GOAL := help
.PHONY: help setup run shell train check test test-quick bench lock clean
# Or Rasa reports over the network. (A comment on the same line would become part of the value.)
export RASA_TELEMETRY_ENABLED := false

HIPBOT := .venv/bin/hipbot
# A file's tests stay together: they share what took them seconds to make. More cores would want more memory, 2 GB each.
ON_TWO_CORES := --numprocesses 2 --dist loadfile

help:  ## List these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup:  ## Install what Hipbot needs into .venv (Python 3.10) and fetch the sentence encoder
	@bash scripts/setup

run: setup  ## Set up, train if anything changed, and serve the chatbot
	@exec $(HIPBOT) serve $(ARGS)

shell: setup  ## Chat with Hipbot in this terminal
	@exec $(HIPBOT) chat $(ARGS)

train: setup  ## Teach Hipbot from data/, whether or not anything changed
	@$(HIPBOT) train $(ARGS)

check: setup  ## Check the clinic's content and the training data; names every fault
	@$(HIPBOT) check $(ARGS)

test: setup  ## The whole gate: train if anything changed, check, every test
	@bash scripts/setup_browser
	$(HIPBOT) train --if-changed
	$(HIPBOT) check
	.venv/bin/pytest -q $(ON_TWO_CORES) $(ARGS)

test-quick: setup  ## Check and the quick tests, within a minute
	$(HIPBOT) check
	.venv/bin/pytest -m "not slow" -q $(ON_TWO_CORES) $(ARGS)

bench: setup  ## Measure accuracy, speed and memory
	@$(HIPBOT) bench $(ARGS)

lock: setup  ## Pin requirements.in into requirements.txt, with hashes (UPGRADE=1: to the newest that fit)
	.venv/bin/uv pip compile requirements.in --output-file requirements.txt --quiet --universal --python-version 3.10 \
		--generate-hashes --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

clean:  ## Remove what setup and training made; conversations stay
	rm -rf .venv models results .rasa .pytest_cache .hypothesis .ruff_cache hipbot.egg-info .hipbot/encoder .hipbot/cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
