#!/usr/bin/env bash
# Chosen as "Python of the worker" in the window tests: the add-on starts it as it starts any, and gets the fake worker.
set -euo pipefail
while [ "$1" != --store ]; do shift; done
cd /project
exec python3 -s -B -u -m backend.fake_worker --store "$2" --idle 0.5 \
  --script "${PROPSMITH_FAKE_SCRIPT:-ok}" --speed "${PROPSMITH_FAKE_SPEED:-1}"
