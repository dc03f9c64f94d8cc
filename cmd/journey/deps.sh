#!/usr/bin/env bash
# Installs what the tests drive: Debian packages by name, npm packages from the
# lock file. Where it cannot (no root, no apt-get) it says what is missing; with
# CI=true that is a failure, because there a missing part fails its tests anyway.
set -euo pipefail
cd "$(dirname "$0")"

packages=(
  nginx                  # the reverse proxy
  chromium fonts-dejavu-core fonts-liberation2
  python3-requests-oauthlib python3-authlib python3-cryptography python3-jwt # consumer libraries, and what they sign RSA with
  liboauth-signpost-java libcommons-codec-java libgoogle-gson-java default-jdk-headless # and Java's; javac compiles the consumer
  python3-mwoauth python3-tweepy # consumers of MediaWiki and Twitter
  ruby ruby-oauth        # a consumer library in Ruby
  libnet-oauth-perl libwww-perl liblwp-protocol-https-perl libcrypt-openssl-rsa-perl # one in Perl, and what it sends and signs with
  php-cli php-oauth      # one in PHP
  liboauth-dev libjson-c-dev libcurl4-openssl-dev gcc libc6-dev # one in C, and what it reads and sends with
  nodejs npm
  openssl strace
  prometheus             # promtool, for the alerts
  slapd                  # a directory to sign in with
)
# What is there already, under these names, needs no package.
declare -A has=(
  [nginx]="nginx" [chromium]="chromium" [ruby]="ruby" [gcc]="gcc" [php-cli]="php" [nodejs]="node" [npm]="npm" [openssl]="openssl" [strace]="strace" [prometheus]="promtool" [slapd]="slapd" [default-jdk-headless]="javac"
)

missing=()
for p in "${packages[@]}"; do
  if [[ -n "${has[$p]:-}" ]]; then
    command -v "${has[$p]}" >/dev/null || [[ -x "/usr/sbin/${has[$p]}" ]] || missing+=("$p")
  elif ! dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed'; then
    missing+=("$p")
  fi
done

if ((${#missing[@]})); then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "installing: ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    # Nothing that is installed here is to start by itself.
    policy=/usr/sbin/policy-rc.d
    [[ -e $policy ]] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; }
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "missing for some tests, install as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    [[ "${CI:-}" != true ]] || exit 1
  fi
fi

if command -v npm >/dev/null; then
  stamp=testdata/node/node_modules/.package-lock.json
  if [[ ! -e $stamp || testdata/node/package-lock.json -nt $stamp ]]; then
    npm ci --prefix testdata/node --no-audit --no-fund --ignore-scripts --loglevel=error >&2
  fi
elif [[ "${CI:-}" == true ]]; then
  echo "npm is missing" >&2
  exit 1
fi
