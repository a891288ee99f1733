#!/usr/bin/env bash
# window.sh SECONDS SCRIPT ARGUMENT...: INSIDE a root, runs a script in a Blender with a window of 1600 x 900 pixels.
set -euo pipefail
LIMIT=$1 SCRIPT=$2
shift 2
export XDG_RUNTIME_DIR=/tmp/runtime BLENDER_USER_RESOURCES=$HOME/blender
mkdir -p "$XDG_RUNTIME_DIR" "$BLENDER_USER_RESOURCES"
chmod 700 "$XDG_RUNTIME_DIR"
exec timeout --kill-after 10 "$LIMIT" xvfb-run -a -s "-screen 0 1600x900x24 +extension GLX" \
  blender --factory-startup --window-geometry 0 0 1600 900 --python-exit-code 3 --python "$SCRIPT" -- "$@"
