#!/bin/sh
# vfdc-compare itself: it fails on a difference without a reason and on a reason without a
# difference, and what it cannot compare it counts.
#
# usage: tests/vfdc_compare_test.sh BUILD, the folder with vfdc-compare in it

tool=$(cd "${1:?usage: $0 BUILD}" && pwd)/vfdc-compare
[ -x "$tool" ] || { echo "$0: there is no $tool" >&2; exit 1; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir scratch
TMPDIR=$folder/scratch
export TMPDIR
n_passed=0
n_failed=0

# every script comes with this difference, so every list has this line
power='POWER-ON | power-on | DOR 0c | on | in reset'

# list LINE...: the known differences
list() {
    printf '%s\n' "# a comment" '' "$power" "$@" >list.txt
}

# judge WHAT STATUS LINE...: the run whose status and output are in `status` and `out`
judge() {
    what=$1
    wanted=$2
    shift 2
    for line; do
        grep -qxF -- "$line" out || status="$status, without '$line'"
    done
    if [ "$status" = "$wanted" ]; then
        n_passed=$((n_passed + 1))
    else
        n_failed=$((n_failed + 1))
        printf 'FAIL %s: status %s, wanted %s; saw\n%s\n' "$what" "$status" "$wanted" "$(cat out)"
    fi
}

# shows WHAT STATUS LINE...: vfdc-compare, on the script on standard input, prints these lines
shows() {
    cat >t.fdc
    "$tool" list.txt t.fdc >out 2>&1
    status=$?
    judge "$@"
}

list
shows 'the two agree' 0 'same  t.fdc (4 alike, 0 known, 0 left out, 0 not reached)' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 00
cmd 4a 00                   # the one command that takes QEMU time
wait irq
result 00 00 00 .. .. .. ..
END

list
shows 'data by DMA, and what a disk holds after it' 0 \
    'same  t.fdc (9 alike, 0 known, 1 left out, 0 not reached)' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 ..
dma read 1024
cmd e6 00 00 00 02 02 12 1b ff
wait irq
result 00 00 00 00 00 04 02
data = lba:1+2
dma count = 1024
dma write fill:a7*512
cmd c5 00 00 00 05 02 12 1b ff
wait irq
result 00 00 00 00 00 06 02
dirty 0 = 1
release 0
file a.vfd@2048+512 = fill:a7*512
END

list
shows 'a difference without a reason' 1 \
    't.fdc:1: POWER-ON | in 3f4 = 00 | 80   [NOT EXPLAINED]' \
    'FAIL  t.fdc (0 alike, 0 known, 0 left out, 0 not reached)' <<'END'
in 3f4 = 00
END

list 'POWER-ON | in 3f4 = 00 | 80 | on | held'
shows 'a difference with its reason' 0 't.fdc:1: POWER-ON | in 3f4 = 00 | 80   [held]' \
    'known t.fdc (1 alike, 1 known, 0 left out, 0 not reached)' <<'END'
in 3f4 = 00
irq = 0
END

list 'POWER-ON | in 3f4 = 00 | 80 | skip | held'
shows 'behind skip nothing is compared up to the next reset' 0 \
    'known t.fdc (1 alike, 1 known, 0 left out, 2 not reached)' <<'END'
in 3f4 = 00
irq = 1
cmd 10
out 3f2 00
out 3f2 0c
wait irq
END

list 'POWER-ON | in 3f4 = 00 | 8? | on | held' 'VERSION | * | * | on | not seen'
shows 'a reason without a difference' 1 'list.txt:5: explains nothing' <<'END'
in 3f4 = 00
END

list
shows 'a remark explains a difference' 0 't.fdc:1: POWER-ON | in 3f4 = 00 | 80   [ held]' \
    'known t.fdc (0 alike, 1 known, 0 left out, 0 not reached)' <<'END'
in 3f4 = 00  #! qemu: held
END
shows 'a remark that explains nothing' 1 \
    't.fdc:1: POWER-ON | irq = 0 | the same   [THE REMARK EXPLAINS NOTHING]' <<'END'
irq = 0  #! qemu: no reason
END

list 'SENSE INTERRUPT | result PCN 05 | PCN 00 | on | a register'
shows 'of a result the bytes that differ are named' 0 \
    't.fdc:6: SENSE INTERRUPT | result PCN 05 | PCN 00   [a register]' <<'END'
out 3f2 0c
out 3f4 80
wait irq
cmd 0f 01 05
cmd 08
result .. 05
END

list 'INVALID | result byte 80 | byte 41 | on | PART ID'
shows 'QEMU gives fewer bytes, and more' 1 't.fdc:4: INVALID | result byte 80 | byte 41   [PART ID]' \
    't.fdc:6: VERSION | result 90 00 | -, no more   [NOT EXPLAINED]' <<'END'
out 3f2 0c
wait irq
cmd 18
result 80
cmd 10
result 90 00
END

: >list.txt
for row in 'timing accurate|accurate timing' 'machine ps2|PS/2 or Model 30 registers' \
    'controllers 2|a second controller' 'drive 2 1.44M|a third drive' \
    'drive 0 720K|a 360K or 720K drive' 'tc|the terminal-count pin by itself' \
    'crash|system calls that fail, or a process that dies' \
    'dma read 65536|more bytes than the 8237 moves'; do
    shows "${row%|*}" 0 "none  t.fdc (QEMU has no counterpart: ${row#*|})" "     1  ${row#*|}" <<END
${row%|*}
END
done

list 'POWER-ON | in 3f4 = 00 | 80 | of | held'
shows 'a list that cannot be read' 2 \
    'list.txt:4: wanted COMMAND | STATEMENT | QEMU | on or skip | REASON' <<'END'
irq = 0
END
list
shows 'a script that cannot be read' 2 "t.fdc:1: '2' where 0|1 is wanted   | irq = 2" <<'END'
irq = 2
END

echo 'irq = 0' >t.fdc
(PATH=/nowhere && "$tool" list.txt t.fdc) >out 2>&1
status=$?
judge 'no QEMU' 2 'LOST  t.fdc (0 alike, 0 known, 0 left out, 0 not reached)'

ls "$TMPDIR" >out
if [ -s out ]; then
    n_failed=$((n_failed + 1))
    echo 'FAIL a scratch folder is left behind'
fi
echo "vfdc-compare: $n_passed passed, $n_failed failed"
[ "$n_failed" = 0 ]
