#!/bin/sh
# Puts Chromium where the browser tests look for it, from Debian's packages; without the right to install, says what to do.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
    echo "The tests in a browser are left out: they need chromium on the path (apt-get install chromium)." >&2
fi
