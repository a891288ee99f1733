#!/usr/bin/env bash
# in.sh sid|trixie COMMAND...: runs a command inside that root. Its mounts are private to the command: none stays behind.
# BIND="/here:/there /here2:/there2" shows folders and files of this machine inside; the artist's home is /home/artist.
set -euo pipefail
ROOT=${BLENDER_ROOTS:-$HOME/.cache/blender-roots}/$1
shift
mkdir -p "$ROOT/home/artist"
exec unshare --mount --propagation private bash -c '
set -euo pipefail
root=$1; shift
for place in proc sys dev dev/pts dev/shm; do mount --bind "/$place" "$root/$place"; done
for pair in ${BIND:-}; do
  here=${pair%%:*} there=$root${pair#*:}
  if [ -d "$here" ]; then mkdir -p "$there"; else mkdir -p "${there%/*}"; touch "$there"; fi
  mount --bind "$here" "$there"
done
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/home/artist \
  LIBGL_ALWAYS_SOFTWARE=1 "$@"' in.sh "$ROOT" "$@"
