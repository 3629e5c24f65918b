#!/bin/sh
# Puts Java where Spark looks for it, from Debian's packages; without the right to install, says what to do.
set -eu
[ -n "${JAVA_HOME:-}" ] || command -v java >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends default-jre-headless >/dev/null
else
    echo "The tests on Spark are left out: they need java on the path (apt-get install default-jre-headless)." >&2
fi
