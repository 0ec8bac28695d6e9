#!/bin/sh
# Writes the migrations of sql/ as a C table on standard output: embed-sql.sh sql/0001_start.sql ...
# Names are NUMBER_NAME.sql; numbers grow by one from 1. The same files give the same bytes.
set -eu

expected=1
echo '#include "store/store.h"'
echo
echo 'const struct store_migration store_migrations[] = {'
for file in "$@"; do
    base=$(basename "$file" .sql)
    number=$(printf '%s' "${base%%_*}" | sed 's/^0*//')
    if [ "$number" != "$expected" ]; then
        echo "$file: the next migration has number $expected" >&2
        exit 1
    fi
    expected=$((expected + 1))
    printf '    { %s, "%s",\n' "$number" "${base#*_}"
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/      "/' -e 's/$/\\n"/' "$file"
    echo '    },'
done
echo '    { 0, NULL, NULL },'
echo '};'
