#!/bin/sh
# Asks `nm` what the objects of the pure rooms call, and refuses clocks, random sources, files, sockets, threads, processes and the environment.
# Only our own objects are looked at: a library behind a room (jansson, utf8proc, libsodium) answers for itself.
#
# usage: pure.sh [BUILD]      BUILD holds lib/ROOM.a, built without sanitizers; build when not given
#        pure.sh --self-test  compiles one violation of each kind and ends with 1 if one is not found
set -eu

pure_rooms="base model zendesk llm nlu agent"

# One kind a line. The __x_chk names are what _FORTIFY_SOURCE makes of x. pthread_once and assertions are not effects.
forbidden='
clock|clock_gettime|clock_getres|gettimeofday|time|times|timespec_get|ftime|localtime(_r)?|mktime|tzset|sleep|usleep|nanosleep|clock_nanosleep|alarm|setitimer|timer_create
getrandom|getentropy|s?rand|rand_r|s?random|[dlmnej]rand48|arc4random.*|randombytes.*|token_(random|make)
open|open64|__open(64)?_2|openat|openat64|creat|creat64|fopen|fopen64|freopen|freopen64|fdopen|tmpfile|mkstemp|mkostemp|mkdtemp|mkdir|rmdir|unlink|rename|link|symlink|truncate|ftruncate
read|__read_chk|pread|pread64|__pread(64)?_chk|readv|write|pwrite|pwrite64|writev|close|fsync|fdatasync|fcntl|fcntl64|ioctl|mmap|mmap64|stat|fstat|lstat|stat64|fstat64|lstat64|opendir|readdir|readdir64|access|realpath|getcwd|chdir
printf|__printf_chk|vprintf|__vprintf_chk|puts|putchar|fprintf|__fprintf_chk|vfprintf|__vfprintf_chk|fputs|fputc|fwrite|fread|__fread_chk|fgets|__fgets_chk|fgetc|getc|getline|getdelim|fclose|fflush|perror|stdin|stdout|stderr|syslog|__syslog_chk
socket|socketpair|connect|bind|listen|accept|accept4|send|sendto|sendmsg|recv|__recv_chk|recvfrom|recvmsg|getaddrinfo|gethostbyname.*|poll|__poll_chk|ppoll|select|epoll_.*|eventfd|pipe|pipe2
pthread_(create|join|detach|mutex_.*|cond_.*|rwlock_.*|key_create|setspecific)|thrd_.*|mtx_.*|cnd_.*|sem_.*
getenv|secure_getenv|setenv|putenv|environ|setlocale|sysconf|uname|gethostname|getpid|getuid|geteuid
fork|vfork|exec.*|posix_spawn.*|system|popen|kill|raise|signal|sigaction|wait|waitpid|exit|_exit|atexit|dlopen|dlsym
uv_.*|curl_.*|sqlite3_.*|json_(load|dump)_?(file|fd?|callback)|crypto_.*_keygen'

pattern=$(printf '%s' "$forbidden" | tr '\n' '|')
pattern="(${pattern#|})"

# Prints "OBJECT calls NAME" for each forbidden name; $1 is an archive or object.
impure_calls() {
    nm --undefined-only --print-file-name "$1" | awk '{ print $1, $NF }' | sed -E 's/@.*//' |
        awk -v pattern="^$pattern\$" '$2 ~ pattern { sub(/:$/, "", $1); print $1 " calls " $2 }'
}

self_test() {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    failed=0
    while read -r name; do
        # Declared without arguments: only the reference matters.
        printf 'extern char %s[]; const void *planted(void); const void *planted(void) { return %s; }\n' "$name" "$name" |
            ${CC:-cc} -w -fno-builtin -x c -c - -o "$folder/planted.o"
        if [ -z "$(impure_calls "$folder/planted.o")" ]; then
            echo "self-test: $name was not found"
            failed=1
        fi
    done <<EOF
clock_gettime
time
getrandom
rand
token_random
open64
fopen
__read_chk
write
__printf_chk
stderr
socket
getaddrinfo
epoll_wait
pthread_create
pthread_mutex_lock
getenv
execve
sqlite3_open_v2
json_load_file
EOF
    for name in memcpy abort __assert_fail pthread_once qsort timestamp reader __vsnprintf_chk mem_alloc json_loadb; do
        printf 'extern char %s[]; const void *planted(void); const void *planted(void) { return %s; }\n' "$name" "$name" |
            ${CC:-cc} -w -fno-builtin -x c -c - -o "$folder/planted.o"
        if [ -n "$(impure_calls "$folder/planted.o")" ]; then
            echo "self-test: $name was called impure"
            failed=1
        fi
    done
    exit $failed
}

[ "${1:-}" = --self-test ] && self_test

build=${1:-build}
found=$(for room in $pure_rooms; do
    [ -e "$build/lib/$room.a" ] || continue
    impure_calls "$build/lib/$room.a"
done)
[ -e "$build/lib/base.a" ] || found="$build/lib/base.a is not there; run: make $build/lib/base.a"
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
