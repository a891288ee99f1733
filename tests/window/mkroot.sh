#!/usr/bin/env bash
# mkroot.sh sid|trixie: a Debian root with a windowed Blender (sid 5.2, trixie 4.3), Xvfb, software OpenGL and xdotool.
# Needs root, debootstrap and 1.7 GB; takes minutes. Roots live in $BLENDER_ROOTS, default ~/.cache/blender-roots.
set -euo pipefail
SUITE=$1
ROOTS=${BLENDER_ROOTS:-$HOME/.cache/blender-roots}
ROOT=$ROOTS/$SUITE
PACKAGES=(blender python3-numpy python3-requests python3-zstandard xvfb xauth xdotool x11-apps
          libgl1-mesa-dri libegl1 libgl1 libglx-mesa0 fonts-dejavu-core ca-certificates)
[ "$SUITE" = sid ] && PACKAGES+=(python3-cattr)  # without it 5.2 does not register its own extension manager

[ "$(id -u)" = 0 ] || { echo "mkroot.sh must run as root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "run: apt-get install debootstrap" >&2; exit 1; }
[ -e "$ROOT/.complete" ] && { echo "$ROOT"; exit 0; }

mkdir -p "$ROOTS"
debootstrap --variant=minbase "$SUITE" "$ROOT"
cp /etc/resolv.conf /etc/hosts "$ROOT/etc/"
ln -sf /proc/mounts "$ROOT/etc/mtab"
printf '#!/bin/sh\nexit 101\n' > "$ROOT/usr/sbin/policy-rc.d"  # no package may start a service
chmod +x "$ROOT/usr/sbin/policy-rc.d"

echo force-unsafe-io > "$ROOT/etc/dpkg/dpkg.cfg.d/unsafe-io"  # a root that can be made again needs no fsync

HERE=$(cd "$(dirname "$0")" && pwd)
# sid's index is sometimes older than its own limit of validity
"$HERE/in.sh" "$SUITE" apt-get -o Acquire::Check-Valid-Until=false -q update
"$HERE/in.sh" "$SUITE" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${PACKAGES[@]}"
rm -f "$ROOT"/var/cache/apt/archives/*.deb
touch "$ROOT/.complete"
echo "$ROOT"
