#!/usr/bin/env bash
# Makes one of the two virtual environments: `setup.sh worker DIR` (torch and the pipeline) or `setup.sh blender DIR` (bpy).
# Names the one line to run, and stops, when the system lacks something that only an administrator can add.
set -euo pipefail
KIND=$1 DIR=$2
PYTHON=${PYTHON:-python3.11} BPY=${BPY:-4.5.15} TORCH=2.13.0
PIP=(env PIP_DISABLE_PIP_VERSION_CHECK=1 "$DIR/bin/python" -m pip install --quiet --timeout 30 --retries 3)

fail() { echo "propsmith: $*" >&2; exit 1; }

as_root() {  # run as root where that needs no password; 1 where it does
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

apt_or_name() {  # install the packages, or print the line that does
  local line="apt-get install -y --no-install-recommends $*"
  echo "propsmith: installing system packages: $*"
  if command -v apt-get >/dev/null && as_root apt-get update -q >/dev/null \
      && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null; then return; fi
  fail "system packages are missing. Run this, then make again:  sudo $line"
}

make_venv() {
  [ -x "$DIR/bin/python" ] && "$DIR/bin/python" -m pip --version >/dev/null 2>&1 && return
  command -v "$PYTHON" >/dev/null || apt_or_name python3.11 python3.11-venv
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || apt_or_name python3.11-venv
  "$PYTHON" -m venv "$DIR"
}

reachable() {  # does the address answer within 6 s?
  "$DIR/bin/python" - "$1" <<'PY'
import sys, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=6).close()
except OSError:
    sys.exit(1)
PY
}

install_torch() {  # the CPU build unless there is an NVIDIA GPU: it is a tenth of the size
  "$DIR/bin/python" -c "import torch, sys; sys.exit(torch.__version__.split('+')[0] != '$TORCH')" 2>/dev/null && return
  echo "propsmith: installing torch $TORCH (about 200 MB without a GPU)"
  local cpu=https://download.pytorch.org/whl/cpu
  if [ "$(uname)" = Linux ] && ! command -v nvidia-smi >/dev/null && reachable "$cpu/torch/"; then
    "${PIP[@]}" --no-deps --index-url "$cpu" "torch==$TORCH" && return
  fi
  "${PIP[@]}" "torch==$TORCH"
}

install_worker() {
  install_torch
  echo "propsmith: installing the worker's packages"
  "$DIR/bin/python" - > "$DIR/requirements.txt" <<'PY'
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print("\n".join([*project["dependencies"], *project["optional-dependencies"]["dev"], *project["optional-dependencies"]["train"]]))
PY
  echo "torch==$TORCH" > "$DIR/constraints.txt"  # so that nothing below replaces the build chosen above
  "${PIP[@]}" -r "$DIR/requirements.txt" -c "$DIR/constraints.txt"
}

blender_libraries() {  # the apt packages whose libraries cannot be loaded
  "$DIR/bin/python" - "$BPY" <<'PY'
import ctypes, sys
needed = {"libX11.so.6": "libx11-6", "libXrender.so.1": "libxrender1", "libXfixes.so.3": "libxfixes3", "libXi.so.6": "libxi6",
          "libxkbcommon.so.0": "libxkbcommon0", "libSM.so.6": "libsm6", "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1"}
if sys.argv[1].startswith("4.2"):
    needed |= {"libgomp.so.1": "libgomp1", "libXxf86vm.so.1": "libxxf86vm1"}
missing = []
for library, package in needed.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        missing.append(package)
print(" ".join(missing))
PY
}

install_blender() {
  local missing
  if [ "$(uname)" = Linux ]; then
    missing=$(blender_libraries)
    [ -z "$missing" ] || apt_or_name $missing
  fi
  echo "propsmith: installing bpy $BPY (about 370 MB)"
  "${PIP[@]}" "bpy==$BPY" "pytest>=8" "pytest-xdist>=3.6"
}

echo "propsmith: setting up $DIR"
make_venv
"install_$KIND"
touch "$DIR/.stamp"
