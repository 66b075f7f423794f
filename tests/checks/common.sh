# shellcheck shell=sh
# Sourced by the checks beside it: count what holds, show what does not, tell at the end.

n_passed=0
n_failed=0

# check NAME COMMAND...: what a command that fails has printed is shown
check() {
    check_name=$1
    shift
    if check_output=$("$@" 2>&1); then
        n_passed=$((n_passed + 1))
    else
        n_failed=$((n_failed + 1))
        printf 'FAIL %s\n%s\n' "$check_name" "$check_output"
    fi
}

finish() {
    echo "$0: $n_passed passed, $n_failed failed"
    [ "$n_failed" = 0 ] && [ "$n_passed" != 0 ]
}
