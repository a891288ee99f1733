#!/usr/bin/env bash
# The artist's "Python of the worker": the true one, shown inside the root, or the fake worker while PROPSMITH_FAKE names a
# script, for states that must come out alike each time. The add-on starts it as it starts any.
set -euo pipefail
[ -n "${PROPSMITH_FAKE:-}" ] || exec "$PROPSMITH_TRUE_PYTHON" "$@"
while [ "$1" != --store ]; do shift; done
cd /project
exec python3 -s -B -u -m backend.fake_worker --store "$2" --idle 0.5 --script "$PROPSMITH_FAKE" --speed "$PROPSMITH_FAKE_SPEED"
