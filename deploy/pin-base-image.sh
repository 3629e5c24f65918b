#!/bin/sh
# Replace the base image in Containerfile by the digest of the image that its tag names today; run it again to follow the tag.
# Needs podman or docker, and a connection to the registry. Commit the changed Containerfile.
set -eu
file=$(dirname "$0")/Containerfile
engine=$(command -v podman || command -v docker) || { echo "podman or docker is needed to look up the digest" >&2; exit 1; }
image=$(sed -n 's/^ARG BASE=\([^@]*\).*/\1/p' "$file")
"$engine" pull --quiet "$image" >/dev/null
digest=$("$engine" image inspect --format '{{index .RepoDigests 0}}' "$image")
case $digest in
*@sha256:*) ;;
*) echo "$engine tells no digest of $image" >&2; exit 1 ;;
esac
sed -i "s|^ARG BASE=.*|ARG BASE=$image@${digest#*@}|" "$file"
echo "$file: $image@${digest#*@}"
