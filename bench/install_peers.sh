#!/bin/sh
# Install the servers that bench.endpoint compares, each in its own folder; with “stores”, only Oxigraph and Fuseki, over which
# tests/http/test_remote_store.py runs the site, too.
# Usage: sh bench/install_peers.sh FOLDER [stores]   (needs python3, mvn and java; apt-get, as root, for wrk and Virtuoso)
set -eu
folder=${1:?the folder to install into is missing}
mkdir -p "$folder"
programs=oxigraph==0.5.13
[ "${2:-}" = stores ] || programs="$programs rdflib-endpoint[cli]==0.6.3"
for name in $programs; do
    home=$folder/$(echo "$name" | cut -d= -f1 | cut -d'[' -f1)
    [ -d "$home" ] || python3 -m venv "$home"
    "$home/bin/pip" install --quiet --disable-pip-version-check "$name"
done
if command -v mvn > /dev/null && [ ! -d "$folder/fuseki" ]; then
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
        -Dartifact=org.apache.jena:jena-fuseki-server:5.6.0 -DoutputDirectory="$folder/fuseki" -Dmdep.useBaseVersion=true
fi
if [ "${2:-}" != stores ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get install -y -qq --no-install-recommends wrk virtuoso-opensource-7-bin
fi
