#!/bin/sh
# Installs what the tests use of the system: a real Mosquitto broker, Chromium, PostgreSQL, nginx, strace to
# record writes, and nft to lose packets.
# Only as root and only where apt is; elsewhere the tests that need them say why they are skipped.
missing=""
command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || missing="$missing mosquitto"
command -v mosquitto_pub >/dev/null 2>&1 || missing="$missing mosquitto-clients"
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || missing="$missing postgresql"
command -v strace >/dev/null 2>&1 || missing="$missing strace"
command -v nft >/dev/null 2>&1 || [ -x /usr/sbin/nft ] || missing="$missing nftables"
command -v ip >/dev/null 2>&1 || missing="$missing iproute2"
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
[ -z "$(fc-list :lang=zh 2>/dev/null | head -1)" ] && missing="$missing fontconfig fonts-wqy-microhei"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed:$missing. The tests that need them will be skipped."
    exit 0
fi
echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
if apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    # Debian starts a broker of its own after installing one; the tests start theirs.
    :
else
    echo "Could not install:$missing. The tests that need them will be skipped."
fi
