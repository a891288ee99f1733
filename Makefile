# The commands of the project. `make prop PROMPT="a wooden barrel"` and `make test` set up what they need by themselves.
PYTHON ?= python3.11
BPY ?= 4.5.15
PROMPT ?= a wooden treasure chest with iron bands
SEED ?= 7
SIZE ?= 1.0
FACES ?= 0
PRESET ?= standard
IMAGE ?=
OUT ?= out
# Tests run in so many processes of one thread each: whole files, so that what a file shares is made once.
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n : 4)))
PARALLEL := -n $(JOBS) --dist loadfile

WORKER := .venv
BLENDER := $(if $(filter 4.5.15,$(BPY)),.venv-blender,.venv-blender-$(BPY))
WPY := $(WORKER)/bin/python
BPY_PY := $(BLENDER)/bin/python
SOURCES := $(shell find __init__.py blender_manifest.toml pyproject.toml LICENSE addon operators ui backend -type f -not -name '*.pyc' 2>/dev/null)
export BPY PYTHON

.PHONY: prop test check zip bench setup clean test-core test-blender validator
.DEFAULT_GOAL := prop

$(WORKER)/.stamp: pyproject.toml tools/setup.sh
	@tools/setup.sh worker $(WORKER)

$(BLENDER)/.stamp: tools/setup.sh
	@tools/setup.sh blender $(BLENDER)

setup: $(WORKER)/.stamp $(BLENDER)/.stamp

dist/.stamp: $(BLENDER)/.stamp $(SOURCES) tools/build_zip.py
	@$(BPY_PY) tools/build_zip.py dist
	@touch $@

zip: dist/.stamp

prop: setup dist/.stamp
	@$(BPY_PY) -u tools/make_prop.py --worker-python $(WPY) --prompt "$$PROMPT" --image "$$IMAGE" --seed "$(SEED)" \
	  --size "$(SIZE)" --faces "$(FACES)" --preset "$(PRESET)" --out "$$OUT"
export PROMPT IMAGE OUT

# Khronos' glTF validator, for one test: fetched where npm is, left out (and the test skipped with its reason) where not.
build/validator/.stamp:
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then timeout 120 npm install --prefix $(@D) --no-audit --no-fund --silent \
	  gltf-validator@2.0.0-dev.3.10 || echo "npm could not fetch gltf-validator; its test will be skipped"; fi
	@touch $@

validator: build/validator/.stamp

test-core: $(WORKER)/.stamp validator
	OMP_NUM_THREADS=1 timeout 1500 $(WPY) -m pytest --ignore=tests/blender --ignore=tests/window $(PARALLEL)

test-blender: setup dist/.stamp
	PROPSMITH_WORKER_PYTHON=$(abspath $(WPY)) timeout 1200 $(BPY_PY) -m pytest tests/blender $(PARALLEL)

test: test-core test-blender

check: $(WORKER)/.stamp
	$(WPY) -m ruff check .
	$(WPY) -m ruff format --check .
	$(WPY) -m mypy
	OMP_NUM_THREADS=1 timeout 900 $(WPY) -m pytest --ignore=tests/blender --ignore=tests/window -x $(PARALLEL)

bench: setup dist/.stamp
	@PROPSMITH_WORKER_PYTHON=$(abspath $(WPY)) $(BPY_PY) -u tools/bench_blender.py
	@$(WPY) -m backend bench

clean:
	rm -rf dist out build
