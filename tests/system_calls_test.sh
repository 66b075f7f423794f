#!/bin/sh
# What a clean attach and release ask of the system: at most 16 calls for the attach, none that
# writes, and no time of the file changes.
#
# usage: tests/system_calls_test.sh BUILD, the folder with tests/traced in it; needs strace

traced=$(cd "${1:?usage: $0 BUILD}" && pwd)/tests/traced
[ -x "$traced" ] || { echo "$0: there is no $traced" >&2; exit 1; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
n_tests=0
n_failed=0

test_that() {
    n_tests=$((n_tests + 1))
    what=$1
    shift
    "$@" && return
    n_failed=$((n_failed + 1))
    echo "FAIL $what"
}

# between MARK MARK: the calls from one to the other
between() {
    sed -n "\|\"/traced/$1\"|,\|\"/traced/$2\"|p" trace | sed '1d;$d'
}

# at_most COUNT MARK MARK
at_most() {
    n_calls=$(between "$2" "$3" | wc -l)
    [ "$n_calls" -le "$1" ] && [ "$n_calls" -gt 0 ] && return
    echo "$n_calls calls:"
    between "$2" "$3"
    return 1
}

writes_nothing() {
    ! between attach end | grep -E '^(p?write|pwritev|writev|f?truncate|fdatasync|fsync|sync|rename|unlink|link|utime|futime|fallocate|fchown|fchmod|chmod|mkdir)|O_CREAT'
}

file_times() {
    stat -c '%x %y %z %s' disk.vfd
}

head -c 1474560 /dev/zero >disk.vfd
touch -d '2001-02-03' disk.vfd
before=$(file_times)
test_that 'attach, release, attach, destroy' strace -o trace "$traced" "$PWD/disk.vfd"
test_that 'the trace is whole' grep -q '"/traced/end"' trace
test_that 'the first attach makes at most 16 calls' at_most 16 attach release
test_that 'the next makes at most 16 calls' at_most 16 attach-again destroy
test_that 'a release makes at most 4 calls' at_most 4 release attach-again
test_that 'nothing is written' writes_nothing
test_that 'no time of the file has changed' [ "$(file_times)" = "$before" ]
test_that 'nothing else stands beside it' [ "$(ls -A)" = "$(printf 'disk.vfd\ntrace')" ]

echo "system calls: $((n_tests - n_failed)) passed, $n_failed failed"
[ "$n_failed" = 0 ]
