# Sourced by the scripts beside: words for people, on standard error.
# shellcheck shell=bash

# One step of the work.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# Something to know that stops nothing.
note() { printf '    %s\n' "$*" >&2; }

# stop WHAT WHAT-TO-DO...: says both and ends.
stop() {
  printf '\n\033[31mStopped:\033[0m %s\n' "$1" >&2
  shift
  printf '  What to do: %s\n' "$@" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
