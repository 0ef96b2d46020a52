#!/bin/sh
# Starts the platform with the options of Node.js that it wants; everything that starts it comes here. In place of this shell, so that signals reach it.
# Young objects are collected by the main thread alone: with three helpers a pause was as long, and a call took 0.4 ms more (bench/README.md).
# What a call makes lives for some tenths of a second: with 64 MB for young objects most of it is dead when it is looked at. Sound makes little, and stays within the processor's cache.
case "${ROLES:-}" in
  media) young= ;;
  *) young='--min-semi-space-size=64 --max-semi-space-size=64' ;;
esac
# Where this file lies, also where a link to it was called.
here=$(dirname "$(readlink -f "$0")")
# The bundle (script/bundle.mjs), unless something was compiled or installed since: then its modules themselves, which take longer to load.
program=$here/dist/bundle/main.js
for part in kernel openapi media api workers platform; do
  [ "$here/dist/bundle/main.js" -nt "$here/../$part/tsconfig.tsbuildinfo" ] || program=$here/dist/main.js
done
[ "$here/dist/bundle/main.js" -nt "$here/../package-lock.json" ] || program=$here/dist/main.js
# shellcheck disable=SC2086 # two options, or none
exec node --enable-source-maps --no-parallel-scavenge $young "$program" "$@"
