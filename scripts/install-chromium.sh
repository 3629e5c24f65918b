#!/bin/sh
# Install Chromium for the tests in a browser, from Debian packages, unless it is on the PATH. Without root rights, print what to do.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
    echo "The tests in a browser will be skipped: they need chromium on the PATH (apt-get install chromium)." >&2
fi
