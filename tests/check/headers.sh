#!/bin/sh
# Every header compiles alone. Usage: headers.sh SOURCE_ROOT
set -eu
cd "$1"
count=0
for header in $(find core shipper query bpf -name '*.h' ! -name 'banned.h'); do
    echo "#include \"$header\"" | cc -std=c17 -D_GNU_SOURCE -I. -Wall -Wextra -Werror -fsyntax-only -x c - || { echo "$header does not compile alone"; exit 1; }
    count=$((count + 1))
done
echo "$count headers compile alone"
