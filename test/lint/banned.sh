#!/bin/sh
# Calls every function that src/base/banned.h forbids, and sees the compiler refuse it by name and with a replacement.
#
# usage: banned.sh [HEADER]    with $CC, cc when not set
#        banned.sh --self-test takes one ban out of a copy and ends with 1 if that is not found
set -eu

root=$(dirname "$0")/../..

check() {
    names=$(sed -n 's/^#undef //p' "$1")
    [ -n "$names" ] || echo "$1 forbids nothing"
    for name in $names; do
        said=$(echo "void f(void) { $name(0); }" | LC_ALL=C ${CC:-cc} -w -D_GNU_SOURCE -fsyntax-only -include "$1" -x c - 2>&1 || true)
        case $said in
        *"error: $name is banned: "*) ;;
        *) echo "$1: a call of $name compiles" ;;
        esac
    done
}

if [ "${1:-}" = --self-test ]; then
    copy=$(mktemp)
    trap 'rm -f "$copy"' EXIT
    grep -v '^#define strcpy(' "$root/src/base/banned.h" >"$copy"
    check "$copy" | grep -q 'a call of strcpy compiles' && exit 0
    echo "self-test: a missing ban was not found"
    exit 1
fi

found=$(check "${1:-$root/src/base/banned.h}")
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
