#!/bin/sh
# Starts the platform with the options of Node.js that it wants; everything that starts it comes here. In place of this shell, so that signals reach it.
# Young objects are collected by the main thread alone: with three helpers a pause was as long, and a call took 0.4 ms more (bench/README.md).
# What a call makes lives for some tenths of a second: with 64 MB for young objects most of it is dead when it is looked at. Sound makes little, and stays within the processor's cache.
case "${ROLES:-}" in
  media) young= ;;
  *) young='--min-semi-space-size=64 --max-semi-space-size=64' ;;
esac
# shellcheck disable=SC2086 # two options, or none
exec node --enable-source-maps --no-parallel-scavenge $young "$(dirname "$0")/dist/main.js" "$@"
