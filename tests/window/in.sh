#!/usr/bin/env bash
# in.sh sid|trixie COMMAND...: runs a command inside that root. Its mounts are private to the command: none stays behind.
# BIND="/here:/there /here2:/there2" shows folders of this machine inside; the artist's home is /home/artist.
set -euo pipefail
ROOT=${BLENDER_ROOTS:-$HOME/.cache/blender-roots}/$1
shift
mkdir -p "$ROOT/home/artist"
exec unshare --mount --propagation private bash -c '
set -euo pipefail
root=$1; shift
for place in proc sys dev dev/pts dev/shm; do mount --bind "/$place" "$root/$place"; done
for pair in ${BIND:-}; do mkdir -p "$root${pair#*:}"; mount --bind "${pair%%:*}" "$root${pair#*:}"; done
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/home/artist \
  LIBGL_ALWAYS_SOFTWARE=1 "$@"' in.sh "$ROOT" "$@"
