#!/bin/sh
# Install Debian packages that some tests need, unless a program of theirs is on the PATH. Usage: install-debian.sh PROGRAM TESTS PACKAGE…
# Installs only as root, with apt-get, and says so first; otherwise, and if the environment variable INSTALL is “no”, prints what to install.
# Services in the packages are not started.
set -eu
program=$1 tests=$2
shift 2
command -v "$program" >/dev/null && exit 0
[ "$program" = java ] && [ -n "${JAVA_HOME:-}" ] && exit 0
if [ "${INSTALL:-yes}" = no ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$tests will be skipped: they need $program on the PATH (apt-get install $*)." >&2
    exit 0
fi
echo "$tests need $program: installing $* with apt-get (to leave that out, interrupt this and set INSTALL=no)." >&2
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
