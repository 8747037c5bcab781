#!/bin/sh
# clang-format over every C file of the tree. Usage: format.sh SOURCE_ROOT
set -eu
cd "$1"
find core shipper query bench tests bpf mappings -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
echo "clang-format has no complaint"
