#!/bin/sh
# Install Java from Debian packages for the Spark tests, unless it is on the PATH or in JAVA_HOME. Without root rights, print how to install it.
set -eu
[ -n "${JAVA_HOME:-}" ] || command -v java >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends default-jre-headless >/dev/null
else
    echo "The Spark tests will be skipped: they need java on the PATH (apt-get install default-jre-headless)." >&2
fi
