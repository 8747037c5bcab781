#!/bin/sh
# What `cmake --install` puts where: a configuration that is right, and a unit that systemd accepts.
# Usage: installed.sh BUILD_DIR. Exit status 77: not everything is built.
set -eu
build=$1
for file in bin/dnsightd bin/dnsight man/man8/dnsightd.8 man/man1/dnsight.1 man/man7/dnsight-kql.7; do
    test -e "$build/$file" || exit 77
done
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root cmake --install "$build" --prefix /usr >/dev/null
"$root/usr/bin/dnsightd" test config -c "$root/etc/dnsight/dnsightd.yml"
unit=$root/usr/lib/systemd/system/dnsightd.service
test -s "$unit" && test -s "$root/usr/lib/sysusers.d/dnsight.conf"
test -s "$root/usr/share/man/man8/dnsightd.8" && test -s "$root/usr/share/man/man1/dnsight.1"
test -s "$root/usr/share/man/man7/dnsight-kql.7"
if command -v systemd-analyze >/dev/null; then
    # The program is not where the unit looks for it.
    sed "s|/usr/bin/|$root/usr/bin/|" "$unit" >"$root/dnsightd.service"
    systemd-analyze verify --man=no "$root/dnsightd.service"
fi
