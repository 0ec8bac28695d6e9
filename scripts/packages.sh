# packages.sh - Debian packages that are needed, and installing what is missing. Sourced by quickstart and check.

BUILD_PACKAGES="gcc make pkg-config ca-certificates libuv1-dev libcurl4-openssl-dev libssl-dev libjansson-dev libsqlite3-dev libsodium-dev libutf8proc-dev liblinear-dev node-llhttp"
NODE_PACKAGES="nodejs npm"
TEST_PACKAGES="libcmocka-dev clang clang-format clang-tidy libclang-rt-dev binutils python3 sqlite3 chromium fonts-liberation procps git spin openssl valgrind strace nginx faketime"

# Prints those of the given packages that are not installed.
missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
    done
}

# A node of at least 18 with npm may come from anywhere; only without one are Debian's wanted.
node_is_there() {
    command -v npm >/dev/null && [ "$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')" -ge 18 ] 2>/dev/null
}

say() { printf '%s\n' "$*" >&2; }

fail() {
    say ""
    say "$@"
    exit 1
}

# Runs a command with its output in a log, and shows that it is still at work.  run_logged WHAT LOG COMMAND...
run_logged() {
    local what=$1 log=$2 began=$SECONDS shown=$SECONDS status=0
    shift 2
    "$@" >>"$log" 2>&1 </dev/null &
    local pid=$!
    if [ -t 2 ]; then
        while kill -0 $pid 2>/dev/null; do
            printf '\r%s ... %d s ' "$what" $((SECONDS - began)) >&2
            sleep 0.3
        done
        printf '\r' >&2
    else
        say "$what ..."
        while kill -0 $pid 2>/dev/null; do
            if [ $((SECONDS - shown)) -ge 15 ]; then
                shown=$SECONDS
                say "  still at it after $((SECONDS - began)) s"
            fi
            sleep 0.3
        done
    fi
    wait $pid || status=$?
    [ $status = 0 ] && say "$what: done in $((SECONDS - began)) s      "
    return $status
}

# Installs what is missing of the given packages, or says how.
install_packages() {
    local log=$1 missing sudo=""
    shift
    command -v dpkg-query >/dev/null || fail "This script installs packages on Debian and Ubuntu. Elsewhere install these yourself, then run: make
  $*"
    missing=$(missing_packages "$@")
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "Packages are missing, and there is no sudo to install them with. As root run:
  apt-get update && apt-get install -y --no-install-recommends $missing"
        sudo="sudo DEBIAN_FRONTEND=noninteractive"
        # shellcheck disable=SC2024
        sudo -v || fail "Packages are missing, and sudo was refused. As root run:
  apt-get update && apt-get install -y --no-install-recommends $missing"
    fi
    export DEBIAN_FRONTEND=noninteractive
    say "Missing: $missing"
    run_logged "Reading package lists" "$log" $sudo apt-get update || true
    if ! run_logged "Installing $(echo "$missing" | wc -w) packages" "$log" $sudo apt-get install -y --no-install-recommends $missing; then
        tail -n 5 "$log" >&2
        if grep -q "Unable to locate package" "$log"; then
            fail "This release lacks a package (see above). Debian 12 or newer has all of them."
        elif grep -qE "Could not resolve|Temporary failure|Failed to fetch|Cannot initiate the connection" "$log"; then
            fail "The package servers could not be reached. Check this machine's network or proxy (/etc/apt/apt.conf.d), then run this again."
        fi
        fail "Installing packages failed; the whole log is in $log."
    fi
}

# Builds; a failure shows its own lines, or what to do about npm's network.
build_program() {
    local log=$1
    if make -q all >/dev/null 2>&1; then return 0; fi
    if ! run_logged "Building" "$log" make -j"$(nproc)" all; then
        grep -E "error:|npm (ERR|error)|multiple definition|undefined reference|\*\*\*" "$log" | tail -n 12 >&2
        if grep -qE "npm (ERR|error).*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network)" "$log"; then
            fail "npm could not reach its registry. Check this machine's network or proxy (npm config set proxy URL), then run this again."
        fi
        fail "The build failed; the whole log is in $log."
    fi
}
