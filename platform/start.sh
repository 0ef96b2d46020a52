#!/bin/sh
# Starts the platform with the options of Node.js that it wants; everything that starts it comes here. In place of this shell, so that signals reach it.
exec node --enable-source-maps "$(dirname "$0")/dist/main.js" "$@"
