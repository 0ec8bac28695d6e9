#!/usr/bin/env bash
# model.sh FOLDER TRANSITIONS - checks docs/models with spin. ticket.pml: the proposed protocol must hold, and each of its weakened forms must be caught. transitions.txt: the code (the program
# TRANSITIONS) has these transitions and no other. liveness.pml: with them a request comes to an end, under fair workers. With LONG=1 the larger variants as well. Ends with "N passed, N failed".
set -euo pipefail
models=$(pwd)/docs/models
model=$models/ticket.pml
transitions=$(realpath "$2")
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

# live EXPECTED GUARD PAN_FLAGS OPTIONS...: EXPECTED is "ends" or "hangs"
live() {
    local expected=$1 guard=$2 flags=$3 seen=ends
    shift 3
    "$transitions" --promela "$guard" >transitions.pml
    cp "$models/liveness.pml" .
    spin -a "$@" liveness.pml >/dev/null
    gcc -O2 -DNFAIR=4 -w -o pan pan.c
    ./pan -a $flags -m100000 >out 2>&1
    grep -q "acceptance cycle" out && seen=hangs
    grep -qE "out of memory|max search depth|assertion violated" out && seen="unfinished"
    if [ "$seen" = "$expected" ]; then
        passed=$((passed + 1))
        printf 'ok    %-9s %-50s %s states\n' "$seen" "liveness, $guard $flags $*" "$(grep -oE '[0-9.e+]+ states, stored' out | head -n 1 | cut -d' ' -f1)"
    else
        failed=$((failed + 1))
        printf 'FAIL  %-9s %-50s expected: %s\n' "$seen" "liveness, $guard $flags $*" "$expected"
    fi
}

if "$transitions" | diff "$models/transitions.txt" - >difference; then
    passed=$((passed + 1))
    printf 'ok    the code has the %s transitions of docs/models/transitions.txt\n' "$(wc -l <"$models/transitions.txt")"
else
    failed=$((failed + 1))
    printf 'FAIL  agent/delivery.c and docs/models/transitions.txt differ; when that is meant: %s >docs/models/transitions.txt\n' "$2"
    head -n 10 difference
fi
for guard in key strict stamp free; do
    live ends "$guard" -f
    live ends "$guard" -f -DCALM
done
live hangs key "" # without fair workers nothing is promised
if [ "${LONG:-}" = 1 ]; then
    check holds -DPOLICY=3 -DSAFE=3
    check holds -DPOLICY=3 -DSAFE=0 -DKEYATOMIC=0 -DMAXTOK=5
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
