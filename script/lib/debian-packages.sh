# Sourced by script/setup: installs Debian packages where we may.
# shellcheck shell=bash

# The word to put before a command that needs root; fails where there is no way to become root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

may_install() {
  have apt-get || return 1
  [ "$(id -u)" -eq 0 ] && return 0
  have sudo || return 1
  sudo -n true 2>/dev/null || [ -t 0 ]
}

# Packages start their services when installed. Ours are started when needed, on ports of their own, so Debian's stay off.
keep_services_off() {
  [ -e /usr/sbin/policy-rc.d ] && return 0
  printf '#!/bin/sh\n# Put here by a set-up that is running; see it end.\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
  trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
}

# Turns off, for later boots too, the services that these packages brought.
disable_services() {
  [ -d /run/systemd/system ] || return 0
  local package
  for package in "$@"; do
    case "$package" in
      redis-server | kamailio | rtpengine-daemon) as_root systemctl disable --now "$package" >/dev/null 2>&1 || true ;;
    esac
  done
}

# install_packages PACKAGE...
install_packages() {
  local log
  log=$(mktemp)
  say "Installing Debian packages: $*"
  keep_services_off
  # Slim images leave this folder out, and Java's package cannot do without.
  as_root mkdir -p /usr/share/man/man1
  if ! { as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    stop "apt-get could not install: $*" \
      "read its last words above; try 'apt-get update && apt-get install $*' by hand, then script/setup again"
  fi
  rm -f "$log"
  disable_services "$@"
}
