#!/bin/sh
# vfdc-script itself: what it says and answers of scripts that cannot be read, of statements
# that do not hold, and of scripts that hold.
#
# usage: tests/vfdc_script_test.sh BUILD, the folder with vfdc-script in it

tool=$(cd "${1:?usage: $0 BUILD}" && pwd)/vfdc-script
[ -x "$tool" ] || { echo "$0: there is no $tool" >&2; exit 1; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir scratch
TMPDIR=$folder/scratch
export TMPDIR
n_tests=0
n_failed=0

# compare NAME STATUS OUTPUT, of the run whose status and output are in `status` and `out`
compare() {
    n_tests=$((n_tests + 1))
    if [ "$status" != "$2" ] || [ "$(cat out)" != "$3" ]; then
        n_failed=$((n_failed + 1))
        printf 'FAIL %s: status %s, wanted %s; saw\n%s\nwanted\n%s\n' \
            "$1" "$status" "$2" "$(cat out)" "$3"
    fi
}

# run OPTION...: the script t.fdc
run() {
    "$tool" "$@" t.fdc >out 2>&1
    status=$?
}

# unreadable 'WHY   | STATEMENT': that statement, alone in line 2, cannot be read
unreadable() {
    printf '# a comment\n%s\n' "${1##*   | }" >t.fdc
    run
    compare "$1" 2 "t.fdc:2: $1"
}

# fails 'SEEN, WANTED   | STATEMENT': the last of the statements on standard input does not hold
fails() {
    cat >t.fdc
    run
    compare "$1" 1 "t.fdc:$(grep -c '' t.fdc): $1
FAIL t.fdc"
}

# holds WHAT: the statements on standard input do, every one
holds() {
    cat >t.fdc
    run
    compare "$1" 0 "ok   t.fdc ($(grep -c '^[a-z]' t.fdc) statements)"
}

# ---- scripts that cannot be read ----

unreadable "there is no statement 'frobnicate'   | frobnicate 1"
unreadable "there is no statement 'OUT'   | OUT 3f2 1c"
unreadable "'3f6' is not a port of the controllers   | out 3f6 00"
unreadable "'3f8' is not a port of the controllers   | in 3f8 = 00"
unreadable "'0x3f2' is not a port of the controllers   | out 0x3f2 1c"
unreadable "the second controller's, and there is none   | out 372 1c"
unreadable "the second controller's, and there is none   | drive 4 1.44M"
unreadable "the second controller's, and there is none   | release 7"
unreadable "the second controller's, and there is none   | use 2"
unreadable "'3' is not a controller, 1 or 2   | use 3"
unreadable "'8' is not a unit   | release 8"
unreadable "'100' is not a byte in hexadecimal   | out 3f2 100"
unreadable "'0x1c' is not a byte in hexadecimal   | out 3f2 0x1c"
unreadable "'..' is not a byte in hexadecimal   | cmd 08 .."
unreadable "'g0' is not a byte in hexadecimal, or ..   | result 00 g0"
unreadable "the statement ends where BYTE... is wanted   | cmd"
unreadable "the statement ends where BYTE is wanted   | out 3f2"
unreadable "the statement ends too early   | in 3f4"
unreadable "the statement ends where BYTE is wanted   | in 3f4 & 80 ="
unreadable "'3f4=80' is not a port of the controllers   | in 3f4=80"
unreadable "'00' is more than the statement takes   | out 3f2 1c 00"
unreadable "'now' is more than the statement takes   | mark now"
unreadable "'2' where 0|1 is wanted   | irq = 2"
unreadable "'5' is not a time in ns, us, ms or s   | run 5"
unreadable "'1.s' is not a time in ns, us, ms or s   | run 1.s"
unreadable "'.5s' is not a time in ns, us, ms or s   | run .5s"
unreadable "'-1s' is not a time in ns, us, ms or s   | run -1s"
unreadable "'1.5ns' is not a time in ns, us, ms or s   | run 1.5ns"
unreadable "'18446744073709551616ns' is not a time in ns, us, ms or s   | run 18446744073709551616ns"
unreadable "'irqs' where 'irq' is wanted   | wait irqs"
unreadable "'3x' is not a number   | dirty 0 = 3x"
unreadable "the statement ends where SOURCE is wanted   | pio write"
unreadable "'0' is not a number of bytes from 1 to 64 MiB   | dma read 512 by 0"
unreadable "'67108865' is not a number of bytes up to 64 MiB   | dma read 67108865"
unreadable "'reed' is not what the statement goes on with   | dma reed 512"
unreadable "'fill:1*4' is not a source of bytes   | pio write fill:1*4"
unreadable "'hex:abc' is not a source of bytes   | dma write hex:abc"
unreadable "'lba:0' is not a source of bytes   | data = lba:0"
unreadable "'file:a.vfd+4' is not a source of bytes   | data = file:a.vfd+4"
unreadable "'file:../a@0+4' is not a source of bytes   | data = file:../a@0+4"
unreadable "'12345' is not a CRC-32 of eight hexadecimal digits   | data crc = 12345"
unreadable "'a.vfd@0' is not bytes of a file, NAME@OFFSET+COUNT   | file a.vfd@0 = hex:00"
unreadable "'1.4M' is not a format of images   | image a.vfd 1.4M lba"
unreadable "'bytes:' is not a format of images   | image a.vfd bytes: lba"
unreadable "'fill:123' is not lba or fill:BB   | image a.vfd 720K fill:123"
unreadable "'../a.vfd' is not the name of a file   | image ../a.vfd 720K lba"
unreadable "'/a.vfd' is not the name of a file   | attach 0 /a.vfd"
unreadable "'@' is not the name of a file   | chmod @ ro"
unreadable "'rx' where ro|rw is wanted   | chmod a.vfd rx"
unreadable "'rw' is not an option of attach   | attach 0 a.vfd rw"
unreadable "'geometry:80,2,18' is not an option of attach   | attach 0 a.vfd geometry:80,2,18"
unreadable "'geometry:80,2,18,256' is not an option of attach   | attach 0 a.vfd geometry:80,2,18,256"
unreadable "'OK' is not the name of a result   | attach 0 a.vfd ro = OK"
unreadable "'VM_E_NONE' is not the name of a result   | release 0 = VM_E_NONE"
unreadable "'5' is not the name of an error of the system   | fail sync 5"
unreadable "'short' is not the name of an error of the system   | fail sync short"
unreadable "'write' is not what the statement goes on with   | fail write EIO"
unreadable "'lost' is not what the statement goes on with   | report = lost"
unreadable "'x' is not a number   | geometry 0 = 80 2 x 2"
unreadable "the file to copy cannot be read   | imagefile a.vfd no-such-file"

cat >t.fdc <<'END'
image a.vfd 720K lba
drive 0 720K
END
run
compare 'set-up comes first' 2 \
    't.fdc:2: set-up after the first other statement   | drive 0 720K'

cat >t.fdc <<'END'
image @outside 720K lba
run 1
END
run
compare 'nothing runs of a script that cannot be read' 2 \
    "t.fdc:2: '1' is not a time in ns, us, ms or s   | run 1"
[ ! -e outside ]; status=$?; : >out
compare 'and no file was made' 0 ''

printf 'run 1s\nrun \377\n' >t.fdc
run
compare 'text is UTF-8' 2 "$(printf 't.fdc:2: the line is not UTF-8   | run \377')"

"$tool" no-such.fdc >out 2>&1; status=$?
compare 'no such script' 2 'no-such.fdc: No such file or directory'

# ---- statements that do not hold ----

fails 'port 3f2 is 00, wanted 0c   | in 3f2 = 0c' <<'END'
in 3f2 = 0c   # the RESET pin leaves 00
END
fails 'port 3f2 is 04, wanted 00   | in 3f2 & 04 = 00' <<'END'
out 3f2 0c
in 3f2 & 04 = 00
END
fails 'byte 1 is not taken within 1 s (MSR 00), wanted MSR 80   | cmd 08' <<'END'
cmd 08
END
fails 'byte 1 does not come within 5 s (MSR 80), wanted MSR c0   | result 00' <<'END'
out 3f2 0c
run 1ms
result 00
END
fails 'byte 1 of the result is 90, wanted 80   | result 80' <<'END'
out 3f2 0c
cmd 10
result 80
END
fails 'irq is 0, wanted 1   | irq = 1' <<'END'
irq = 1
END
fails 'drq is 0, wanted 1   | drq = 1' <<'END'
drq = 1
END
fails 'irq stays 0 for 5000000000 ns, wanted 1   | wait irq' <<'END'
wait irq
END
fails 'irq stays 0 for 2500000 ns, wanted 1   | wait irq 2.5ms' <<'END'
wait irq 2.5ms
END
fails '1500 ns went by, wanted 0ns to 1.499us   | elapsed 0ns 1.499us' <<'END'
run 3s
mark
run 1.5us
elapsed 1.5us 1.5us
elapsed 0ns 1.499us
END
fails '0 bytes were moved, wanted 1   | dma count = 1' <<'END'
dma read 4
data = hex:eeeeeeee
dma count = 1
END
fails 'byte 3 of the data is ee, wanted ef   | data = hex:eeeeeeef' <<'END'
dma read 8
data = hex:eeeeeeef
END
fails 'the buffer holds 4 bytes, wanted 5   | data = fill:ee*5' <<'END'
dma read 4
data = fill:ee*5
END
fails 'the CRC of 0 bytes is 00000000, wanted 00000001   | data crc = 00000001' <<'END'
data crc = 00000001
END
fails 'byte 1 does not pass within 5 s (MSR 00), wanted MSR c0   | pio read 1' <<'END'
pio read 1
END
fails 'byte 1 does not pass within 5 s (MSR 00), wanted MSR 80   | pio write hex:00' <<'END'
pio write hex:00
END
fails 'VM_E_NO_MEDIA_CAPTURED (drive 0: nothing is attached), wanted S_OK   | release 0' <<'END'
release 0 = VM_E_NO_MEDIA_CAPTURED
release 0
END
fails 'S_OK, wanted VM_E_DRIVE_IN_USE   | attach 0 a.vfd = VM_E_DRIVE_IN_USE' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd = VM_E_DRIVE_IN_USE
END
fails 'path is a.vfd, wanted none   | path 0 = none' <<'END'
image a.vfd 1.44M lba
path 0 = none
attach 0 a.vfd
path 0 = a.vfd
path 0 = none
END
fails 'geometry is 80 2 18 2, wanted 80 2 9 2   | geometry 0 = 80 2 9 2' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
geometry 0 = 80 2 18 2
geometry 0 = 80 2 9 2
END
fails 'nothing is attached, wanted an image   | geometry 1 = 80 2 9 2' <<'END'
geometry 1 = 80 2 9 2
END
fails 'exception is S_OK 0, wanted DISP_E_EXCEPTION EIO   | exception 0 = DISP_E_EXCEPTION EIO' <<'END'
exception 0 = S_OK
exception 0 = DISP_E_EXCEPTION EIO
END
fails 'event is insert 0 a.vfd, wanted eject 0 a.vfd   | event = eject 0 a.vfd' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
event = eject 0 a.vfd
END
fails 'event is none, wanted insert 0 a.vfd   | event = insert 0 a.vfd' <<'END'
event = none
event = insert 0 a.vfd
END
fails 'event is insert 0 a.vfd, wanted none   | event = none' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
event = none
END
fails 'report is none, wanted read-error 0   | report = read-error 0' <<'END'
report = none
report = read-error 0
END
fails 'report is read-only 0, wanted read-only 1   | report = read-only 1' <<'END'
image a.vfd 1.44M lba
chmod a.vfd ro
attach 0 a.vfd fallback
report = read-only 1
END
fails 'report is read-only 0, wanted none   | report = none' <<'END'
image a.vfd 1.44M lba
chmod a.vfd ro
attach 0 a.vfd fallback
report = none
END
fails 'attachment is none, wanted image   | attachment 0 = image' <<'END'
attachment 0 = none
attachment 0 = image
END
fails '0 sectors are dirty, wanted 1   | dirty 0 = 1' <<'END'
dirty 0 = 0
dirty 0 = 1
END
fails 'journal is no, wanted yes   | journal a.vfd = yes' <<'END'
image a.vfd 1.44M lba
journal a.vfd = no
journal a.vfd = yes
END
fails 'journal is yes, wanted no   | journal a.vfd = no' <<'END'
image .a.vfd.vfdc-journal bytes:1 fill:00
journal a.vfd = yes
journal a.vfd = no
END
fails 'journal is yes, wanted no   | journal a.vfd = no' <<'END'
image .a.vfd.vfdc-journal-2 bytes:1 fill:00
journal a.vfd = yes
journal a.vfd = no
END
fails 'byte 513 of the file is 00, wanted 01   | file a.vfd@512+4 = hex:01010000' <<'END'
image a.vfd 160K lba
file a.vfd@512+4 = hex:01010000
END
fails 'a.vfd@163839+2: the file ends before, wanted it done   | file a.vfd@163839+2 = hex:0000' <<'END'
image a.vfd 160K fill:00
file a.vfd@163839+1 = hex:00
file a.vfd@163839+2 = hex:0000
END
fails '4 bytes of the file to compare, wanted 5   | file a.vfd@0+4 = fill:00*5' <<'END'
image a.vfd 160K fill:00
file a.vfd@0+4 = fill:00*5
END
fails 'file:b.vfd@0+1: No such file or directory, wanted its bytes   | data = file:b.vfd@0+1' <<'END'
data = file:b.vfd@0+1
END
fails 'b.vfd: No such file or directory, wanted it done   | chmod b.vfd ro' <<'END'
chmod b.vfd ro
END

cat >t.fdc <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 ..
dma write fill:a7*512
cmd c5 00 00 00 01 02 01 1b ff
wait irq
result 00 00 00 00 01 01 02
fail sync EIO
END
run
compare 'a flush that fails at the end fails the script' 1 \
't.fdc:12: a flush failed when the controllers were destroyed, wanted all written   | the end of the script
FAIL t.fdc'

# ---- scripts that hold ----

holds 'comments, blanks and no statement' <<'END'
# nothing

    # but this
END
printf 'machine at\r\n\ttiming  fast # UTF-8: \303\244\r\nempty ends' >t.fdc
run
compare 'blanks, line ends, UTF-8' 0 'ok   t.fdc (3 statements)'

holds 'set-up alone' <<'END'
machine at
timing fast
empty hangs
flush-policy write-through
drive 0 none
drive 3 2.88M
controllers 2
drive 7 360K
END

holds 'the LBA pattern and images of any size' <<'END'
image a.vfd bytes:154000 lba
file a.vfd@0+12 = hex:0000000034414e5b6875828f
file a.vfd@153600+6 = hex:2c0100006875
file a.vfd@153600+400 = file:a.vfd@153600+400
image b.vfd 160K fill:5a
file b.vfd@0+163840 = fill:5a*163840
END

holds 'each way to make writes lasting' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd journal
release 0
attach 0 a.vfd in-place
release 0
attach 0 a.vfd ro relaxed
release 0
END

holds 'DMA in pieces, and what it leaves' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 ..
dma read 1024 by 100
cmd e6 00 00 00 01 02 12 1b ff
wait irq
result 00 00 00 00 00 03 02
dma count = 1024
data = lba:0+2
data crc = 216d90b1
dma verify 512
cmd e6 00 00 00 03 02 12 1b ff
wait irq
result 00 00 00 00 00 04 02
dma count = 512
data = lba:0+2
dma read 600
dma off
cmd e6 00 00 00 01 02 12 1b ff
run 10ms
irq = 0
drq = 1
dma count = 0
data = fill:ee*600
dma read 600
drq = 0
wait irq
dma count = 600
data = lba:0+1
END

holds 'two controllers, each with its own lines, channel and drives' <<'END'
controllers 2
drive 4 1.44M
image a.vfd 1.44M lba
image b.vfd 1.44M fill:b4
attach 0 a.vfd
attach 4 b.vfd
event = insert 0 a.vfd
event = insert 4 b.vfd
path 4 = b.vfd
out 372 1c
out 377 00
irq = 0
use 2
wait irq
use 1
irq = 0
use 2
cmd 08
result c0 00
dma read 512
cmd e6 00 00 00 05 02 05 1b ff
wait irq
result 00 00 00 00 01 01 02
data = fill:b4*512
use 1
dma count = 0
release 4
event = eject 4 b.vfd
in 3f2 = 00
END

holds 'a crash leaves the file as it is, and no descriptor' <<'END'
drive 1 1.44M
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 ..
dma write fill:a7*512
cmd c5 00 00 00 01 02 01 1b ff
wait irq
result 00 00 00 00 01 01 02
dirty 0 = 1
crash
in 3f2 = 00
irq = 0
attachment 0 = none
event = none
report = none
file a.vfd@0+1474560 = lba:0+2880
journal a.vfd = yes
attach 1 a.vfd
dirty 1 = 0
report = journal-recovered 1
file a.vfd@0+512 = fill:a7*512
file a.vfd@512+1474048 = lba:1+2879
journal a.vfd = no
END

holds 'files outside the scratch folder stay' <<'END'
image @kept.vfd 720K lba
image gone.vfd 720K lba
attach 0 @kept.vfd
path 0 = @kept.vfd
END
cat >t2.fdc <<'END'
file @kept.vfd@512+512 = lba:1+1
imagefile copy.vfd kept.vfd
file copy.vfd@0+737280 = file:@kept.vfd@0+737280
attach 0 gone.vfd = VM_E_IMAGE_CAPTURE_FAIL
exception 0 = VM_E_IMAGE_CAPTURE_FAIL ENOENT
END
"$tool" t2.fdc >out 2>&1; status=$?
compare 'a file of an earlier run' 0 'ok   t2.fdc (5 statements)'
mkdir -p other && cd other && cp ../t2.fdc ../other.fdc && cp ../kept.vfd .
"$tool" ../other.fdc >../out 2>&1; status=$?
cd ..
compare 'imagefile is relative to the script, @ to the working directory' 0 \
    'ok   ../other.fdc (5 statements)'

holds 'failures of the system, counted' <<'END'
image a.vfd 1.44M lba
fail open EMFILE 2
attach 0 a.vfd = VM_E_IMAGE_CAPTURE_FAIL
exception 0 = VM_E_IMAGE_CAPTURE_FAIL EMFILE
attach 0 a.vfd = VM_E_IMAGE_CAPTURE_FAIL
attach 0 a.vfd
fail pread short 3
END

holds 'chmod ro is for root too' <<'END'
image a.vfd 1.44M lba
chmod a.vfd ro
attach 0 a.vfd = VM_E_IMAGE_CAPTURE_FAIL
exception 0 = VM_E_IMAGE_CAPTURE_FAIL EACCES
attach 0 a.vfd ro
release 0
chmod a.vfd rw
attach 0 a.vfd
END

holds 'sectors of other sizes' <<'END'
drive 0 1.2M
drive 1 1.44M
image a.vfd bytes:1261568 lba
attach 0 a.vfd
geometry 0 = 77 2 8 3
image b.vfd bytes:1025024 lba
attach 1 b.vfd = VM_E_IMAGE_CAPTURE_FAIL
attach 1 b.vfd geometry:77,2,26,1
geometry 1 = 77 2 26 1
END

holds 'marks that are lost are reported once' <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 ..
dma write fill:a7*512
cmd c9 00 00 00 01 02 01 1b ff
wait irq
result 00 00 00 00 01 01 02
flush 0
report = marks-lost 0
flush 0
report = none
file a.vfd@0+512 = fill:a7*512
END

# DIR: a fresh drive's change line is up, which Model 30 shows the other way round
holds 'PS/2' <<'END'
machine ps2
out 3f2 1c
in 3f7 & 80 = 80
END
holds 'Model 30' <<'END'
machine model30
out 3f2 1c
in 3f7 & 80 = 00
END

# ---- time ----

cat >t.fdc <<'END'
out 3f2 0c
wait irq
cmd 08
result c0 ..
cmd 03 c1 02
mark
cmd 0f 00 05
run 12ms
irq = 0
END
run
compare 'fast is the profile of scripts that name none' 1 \
    't.fdc:9: irq is 1, wanted 0   | irq = 0
FAIL t.fdc'
run --timing accurate
compare '--timing accurate' 0 'ok   t.fdc (9 statements)'
{ echo 'timing accurate'; cat t.fdc; } >t2.fdc && mv t2.fdc t.fdc
run
compare 'timing accurate' 0 'ok   t.fdc (10 statements)'
sed '1s/.*/timing fast/' t.fdc >t2.fdc && mv t2.fdc t.fdc
run --timing accurate
compare '--timing accurate is for scripts without a profile' 1 \
    't.fdc:10: irq is 1, wanted 0   | irq = 0
FAIL t.fdc'

# what SRA is out of the RESET pin: undriven, the drive lines of a PS/2, of a Model 30
sra() {
    printf '%sin 3f0 & e0 = %s\n' "$3" "$2" >t.fdc
    run --machine "$1"
    compare "--machine $1, ${3:-none in the script}" 0 \
        "ok   t.fdc ($(grep -c . t.fdc) statements)"
}
sra at e0 ''
sra ps2 40 ''
sra model30 00 ''
sra model30 e0 'machine at
'

# READ ID on an empty drive
cat >empty.fdc <<'END'
out 3f2 1c
wait irq
cmd 08
result c0 ..
cmd 4a 00
wait irq 1s
result 40 01 00
END
for profile in '' 'timing fast' 'timing accurate
empty ends'; do
    { echo "$profile"; cat empty.fdc; } >t.fdc
    "$tool" t.fdc >out 2>&1; status=$?
    sed -i 's/(.*)/(all)/' out
    compare "an empty drive ends: $profile" 0 'ok   t.fdc (all)'
done
cp empty.fdc t.fdc
run --timing accurate
compare 'an empty drive ends with --timing accurate' 0 'ok   t.fdc (7 statements)'
{ echo 'timing accurate'; cat empty.fdc; } >t.fdc
run
compare 'an empty drive hangs with timing accurate' 1 \
    't.fdc:7: irq stays 0 for 1000000000 ns, wanted 1   | wait irq 1s
FAIL t.fdc'

# ---- saving and restoring ----

# a command goes on, sectors are dirty and one is marked (so skipped), details are kept
cat >snapshot.fdc <<'END'
controllers 2
drive 4 1.44M
image a.vfd 1.44M lba
image b.vfd 1.44M fill:b4
fail open EMFILE
attach 0 a.vfd = VM_E_IMAGE_CAPTURE_FAIL
attach 0 a.vfd
attach 4 b.vfd
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 ..
cmd 0f 00 01
wait irq
cmd 08
result 20 01
cmd 0f 00 00
wait irq
cmd 08
result 20 00
dma write fill:a7*512
cmd c9 00 00 00 02 02 02 1b ff
wait irq
result 00 00 00 00 01 01 02
dma read 1024 by 300
cmd e6 00
snapshot
cmd 00 00 01 02 12 1b ff
snapshot
wait irq
snapshot
irq = 1
result 00 00
snapshot
result 40 00 00 04 02
snapshot
data = lba:0+1
irq = 0
in 3f7 & 80 = 00
dirty 0 = 1
exception 0 = VM_E_IMAGE_CAPTURE_FAIL EMFILE
path 0 = a.vfd
path 4 = b.vfd
event = insert 0 a.vfd
event = insert 4 b.vfd
event = none
report = none
file a.vfd@512+512 = lba:1+1
release 4
snapshot
event = eject 4 b.vfd
event = none
release 0
report = marks-lost 0
event = eject 0 a.vfd
file a.vfd@512+512 = fill:a7*512
END
cp snapshot.fdc t.fdc
run
compare 'snapshot' 0 "ok   t.fdc ($(grep -c . snapshot.fdc) statements)"
run --restore
compare 'snapshot, and --restore' 0 "ok   t.fdc ($(grep -c . snapshot.fdc) statements)"
"$tool" --trace t.fdc >first; "$tool" --trace --restore t.fdc >out; status=$?
compare '--restore changes nothing that a trace shows' 0 "$(cat first)"

# ---- several files, options ----

printf 'irq = 1\n' >bad.fdc
printf 'irq = 0\n' >good.fdc
printf 'irk = 0\n' >ugly.fdc
"$tool" good.fdc bad.fdc good.fdc >out 2>&1; status=$?
compare 'one of several does not hold' 1 'ok   good.fdc (1 statements)
bad.fdc:1: irq is 0, wanted 1   | irq = 1
FAIL bad.fdc
ok   good.fdc (1 statements)'
"$tool" bad.fdc ugly.fdc good.fdc >out 2>&1; status=$?
compare 'one of several cannot be read' 2 "bad.fdc:1: irq is 0, wanted 1   | irq = 1
FAIL bad.fdc
ugly.fdc:1: there is no statement 'irk'   | irk = 0
ok   good.fdc (1 statements)"

printf 'out 3f2 0c\nwait irq\ncmd 08\nresult c0 00\n' >t.fdc
run --trace
grep -v ' in 3f4 = ' out | sed 's/^ *[0-9]* ns  //' >short && mv short out
compare '--trace' 0 'out 3f2 0c
irq = 1
out 3f5 08
irq = 0
in 3f5 = c0
in 3f5 = 00
ok   t.fdc (4 statements)'

cat >t.fdc <<'END'
image a.vfd 1.44M lba
attach 0 a.vfd
out 3f2 1c
wait irq
cmd 08
release 1 = S_OK
END
"$tool" --trace t.fdc >first; run --trace
compare 'two runs print the same' 1 "$(cat first)"

for options in '' '--frobnicate t.fdc' '--timing slow t.fdc' '--timing' '--trace' \
    '--machine xt t.fdc' '--machine'; do
    # shellcheck disable=SC2086
    "$tool" $options >out 2>&1; status=$?
    sed -n '1s/ .*//p' out >short && mv short out
    compare "usage: $options" 2 'usage:'
done

ls "$TMPDIR" >out; status=$?
compare 'no scratch folder is left behind' 0 ''

echo "vfdc-script: $((n_tests - n_failed)) passed, $n_failed failed"
[ "$n_failed" = 0 ]
