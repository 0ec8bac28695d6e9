#!/usr/bin/env bash
# model.sh FOLDER - checks docs/models/ticket.pml with spin: the proposed protocol must hold, and each of its weakened forms must be caught.
# With LONG=1 the larger variants as well. Ends with "N passed, N failed".
set -euo pipefail
model=$(pwd)/docs/models/ticket.pml
mkdir -p "$1"
cd "$1"
passed=0 failed=0

# check EXPECTED OPTIONS...: EXPECTED is "holds" or "duplicate"
check() {
    local expected=$1 seen=holds
    shift
    spin -a "$@" "$model" >/dev/null
    gcc -O2 -DSAFETY -DMEMLIM=16000 "$@" -w -o pan pan.c
    ./pan -E -m100000 >out 2>&1
    grep -q "assertion violated" out && seen=duplicate
    grep -qE "out of memory|max search depth" out && seen="unfinished"
    if [ "$seen" = "$expected" ]; then
        passed=$((passed + 1))
        printf 'ok    %-9s %-50s %s states\n' "$seen" "$*" "$(grep -oE '[0-9.e+]+ states, stored' out | head -n 1 | cut -d' ' -f1)"
    else
        failed=$((failed + 1))
        printf 'FAIL  %-9s %-50s expected: %s\n' "$seen" "$*" "$expected"
    fi
}

check duplicate -DPOLICY=0
check duplicate -DPOLICY=1
check duplicate -DPOLICY=2
check duplicate -DPOLICY=3 -DRECHECK=0
check duplicate -DPOLICY=3 -DKEYATOMIC=0
check duplicate -DPOLICY=3 -DQ=1
check duplicate -DPOLICY=3 -DSAFE=4
check duplicate -DPOLICY=3 -DL=3 -DQ=3
check holds -DPOLICY=3
if [ "${LONG:-}" = 1 ]; then
    check holds -DPOLICY=3 -DSAFE=3
    check holds -DPOLICY=3 -DSAFE=0 -DKEYATOMIC=0 -DMAXTOK=5
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
