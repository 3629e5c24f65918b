#!/bin/sh
# Install Chromium from Debian packages for the browser tests, unless it is on the PATH. Without root rights, print how to install it.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
    echo "The browser tests will be skipped: they need chromium on the PATH (apt-get install chromium)." >&2
fi
