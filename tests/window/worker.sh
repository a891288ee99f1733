#!/usr/bin/env bash
# The artist's "Python of the worker": the true one, shown inside the root. The add-on starts it as it starts any.
exec "$PROPSMITH_TRUE_PYTHON" "$@"
