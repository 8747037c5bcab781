#!/bin/sh
# clang-tidy over the program sources. Files are skipped while neither they, nor any header, nor
# the configuration changed since they last passed. Usage: tidy.sh SOURCE_ROOT BUILD_DIR
set -eu
root=$1
build=$2
cd "$root"
stamps=$build/tidy
mkdir -p "$stamps"
headers=$(cat .clang-tidy $(git ls-files '*.h') 2>/dev/null | sha256sum | cut -c1-16)
# gcc's flags that clang does not know are in the compile commands; do not let them fail the run.
one() {
    sum=$(cat "$1" | sha256sum | cut -c1-16)
    stamp=$stamps/$(echo "$1" | tr / _).$sum.$headers
    [ -e "$stamp" ] && return 0
    out=$(clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option "$1" 2>/dev/null) || { printf '%s\n' "$out"; return 1; }
    : >"$stamp"
}
if [ $# -eq 3 ]; then
    one "$3"
    exit
fi
failed=0
find core shipper query -name '*.c' | sort | xargs -P 2 -n 1 "$0" "$root" "$build" || failed=1
[ $failed = 0 ] && echo "clang-tidy has no complaint"
exit $failed
