#!/bin/sh
# vfdc-image itself: what it makes, tells and finds wrong, and what it answers.
#
# usage: tests/vfdc_image_test.sh BUILD, the folder with vfdc-image and vfdc-script in it

tool=$(cd "${1:?usage: $0 BUILD}" && pwd)/vfdc-image
script=$(dirname "$tool")/vfdc-script
[ -x "$tool" ] && [ -x "$script" ] || { echo "$0: there is no $tool or $script" >&2; exit 1; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export TZ=UTC
n_tests=0
n_failed=0

# test_that WHAT COMMAND...: it must succeed
test_that() {
    n_tests=$((n_tests + 1))
    what=$1
    shift
    "$@" >out 2>&1 && return
    n_failed=$((n_failed + 1))
    echo "FAIL $what"
    cat out
}

# answers STATUS OUTPUT ARGUMENT...: all that vfdc-image prints, FOLDER standing for its place
answers() {
    wanted_status=$1
    wanted=$2
    shift 2
    n_tests=$((n_tests + 1))
    "$tool" "$@" >out 2>&1
    status=$?
    seen=$(sed "s|$folder|FOLDER|g" out)
    if [ "$status" != "$wanted_status" ] || [ "$seen" != "$wanted" ]; then
        n_failed=$((n_failed + 1))
        printf 'FAIL vfdc-image %s: status %s, wanted %s; saw\n%s\nwanted\n%s\n' \
            "$*" "$status" "$wanted_status" "$seen" "$wanted"
    fi
}

# is_blank FILE BYTES
is_blank() {
    [ "$(stat -c %s "$1")" = "$2" ] && cmp -n "$2" "$1" /dev/zero
}

# ---- the command line ----

usage='usage: vfdc-image create [--fat] SIZE FILE
       vfdc-image info|check|recover FILE
       vfdc-image --help'
answers 2 "$usage"
answers 2 "$usage" info
answers 2 "$usage" frobnicate a.vfd
answers 2 "$usage" create 720K
answers 2 "$usage" create --fast 720K a.vfd
answers 2 "$usage" info a.vfd b.vfd
answers 2 "vfdc-image: '13M' is no size; --help has the list" create 13M a.vfd
answers 2 "vfdc-image: '720k' is no size; --help has the list" create 720k a.vfd
test_that 'there is help' sh -c "'$tool' --help | grep -q '^SYNOPSIS'"

# ---- create ----

while read -r size n_bytes; do
    answers 0 "$size.vfd: $n_bytes bytes" create "$size" "$size.vfd"
    test_that "$size is blank" is_blank "$size.vfd" "$n_bytes"
    answers 0 "$size.vfd: good" check "$size.vfd"
done <<'END'
160K 163840
180K 184320
320K 327680
360K 368640
720K 737280
1200K 1228800
1.2M 1228800
1.23M 1261568
1440K 1474560
1.44M 1474560
DMF 1720320
1.68M 1720320
XDF 1884160
2880K 2949120
2.88M 2949120
819200 819200
END
answers 1 'vfdc-image: FOLDER/a.vfd: no floppy geometry has 1474561 bytes' create 1474561 a.vfd
answers 1 'vfdc-image: FOLDER/720K.vfd: is there already, and is not overwritten' \
    create 1440K 720K.vfd
answers 1 'vfdc-image: FOLDER/none/a.vfd: there is no such directory' create 1440K none/a.vfd
answers 1 "vfdc-image: image path is empty" create 1440K ''
test_that 'no file was left behind' test "$(find . -name '.*' -type f; ls -d a.vfd none 2>/dev/null)" = ''

for size in 160K 180K 320K 360K 720K 1200K 1.23M 1440K DMF XDF 2880K; do
    rm -f fat.vfd
    test_that "create --fat $size" "$tool" create --fat "$size" fat.vfd
    test_that "fsck.fat of $size" /usr/sbin/fsck.fat -n fat.vfd
    answers 0 'fat.vfd: good' check fat.vfd
done
answers 1 'vfdc-image: DOS has no file system of sectors this small' create --fat 1025024 a.vfd
test_that 'it is gone again' test ! -e a.vfd

# a mkfs.fat that fails, and one that ends as a shell does that finds none
PATH=$folder:$PATH
for ended in 3 127; do
    printf '#!/bin/sh\nexit %s\n' $ended >mkfs.fat
    chmod +x mkfs.fat
    if [ $ended = 127 ]; then
        answers 1 'vfdc-image: mkfs.fat is not there: install dosfstools' \
            create --fat 720K a.vfd
    else
        answers 1 'vfdc-image: mkfs.fat failed' create --fat 720K a.vfd
    fi
    test_that 'it is gone again' test ! -e a.vfd
done
rm mkfs.fat

# ---- info ----

answers 0 '1440K.vfd: high density, 1.44M
1.44M drive: 80 cylinders, 2 heads, 18 sectors of 512 bytes, 500 kbit/s; by its size
2.88M drive: 80 cylinders, 2 heads, 18 sectors of 512 bytes, 500 kbit/s; by its size
boot sector: describes no disk
journal: none' info 1440K.vfd
rm fat.vfd
"$tool" create --fat 360K fat.vfd >out
answers 0 'fat.vfd: a floppy disk without a type of its own
360K drive: 40 cylinders, 2 heads, 9 sectors of 512 bytes, 250 kbit/s; by its size and the drive
1.2M drive: 40 cylinders, 2 heads, 9 sectors of 512 bytes, 300 kbit/s, stepping twice; by its size and the drive
720K drive: 80 cylinders, 1 heads, 9 sectors of 512 bytes, 250 kbit/s; by its size and the drive
1.44M drive: 80 cylinders, 1 heads, 9 sectors of 512 bytes, 250 kbit/s; by its size and the drive
2.88M drive: 80 cylinders, 1 heads, 9 sectors of 512 bytes, 250 kbit/s; by its size and the drive
boot sector: "mkfs.fat", 720 sectors of 512 bytes, 9 a track, 2 heads, media fd
journal: none' info fat.vfd
answers 1 'vfdc-image: FOLDER/a.vfd: no such image' info a.vfd
echo no image >text
answers 1 'vfdc-image: FOLDER/text: no floppy geometry has 9 bytes; pass one explicitly' info text

# ---- check ----

answers 1 'FOLDER/text: no floppy geometry has 9 bytes; pass one explicitly' check text
answers 1 'FOLDER/a.vfd: no such image' check a.vfd
rm fat.vfd
"$tool" create --fat 1440K fat.vfd >out
cp fat.vfd short.vfd
truncate -s 100000 short.vfd
truncate -s 102400 short.vfd
answers 1 'short.vfd: shorter than the disk that its boot sector describes' check short.vfd
cp fat.vfd long.vfd
truncate -s 1475072 long.vfd
answers 1 'long.vfd: longer than the disk that its boot sector describes' check long.vfd
dd if=fat.vfd of=720K.vfd bs=512 count=1 conv=notrunc 2>out
answers 1 '720K.vfd: the boot sector describes a disk of 2880 sectors of 512 bytes, 18 a track, 2 heads; the image has 1440 of 512, 9, 2' check 720K.vfd
{ cat fat.vfd; printf 'conectix'; head -c 504 /dev/zero; } >vhd.vfd
answers 1 'FOLDER/vhd.vfd: this is a VHD, not a floppy image' check vhd.vfd

# nothing of this has changed a file
cp fat.vfd before
touch -d '2001-02-03' fat.vfd
test_that 'check' "$tool" check fat.vfd
test_that 'info' "$tool" info fat.vfd
test_that 'its time is the same' test "$(stat -c %y fat.vfd)" = '2001-02-03 00:00:00.000000000 +0000'
test_that 'its bytes are the same' cmp fat.vfd before

# ---- recover ----

answers 0 'fat.vfd: there is no journal' recover fat.vfd
answers 1 'vfdc-image: FOLDER/a.vfd: no such image' recover a.vfd

# leave_journal FILE: a machine writes sector 2 and dies
leave_journal() {
    cat >machine.fdc <<END
flush-policy release
attach 0 @$1
out 3f2 1c
out 3f7 00
wait irq
cmd 08
result c0 00
cmd 08
result c1 00
cmd 08
result c2 00
cmd 08
result c3 00
dma write fill:a7*512
cmd c5 00 00 00 03 02 12 1b ff
wait irq
result 00 00 00 00 00 04 02
crash
END
    "$script" machine.fdc
}

# has_a7 FILE: whether sector 2 is what the machine wrote
has_a7() {
    [ "$(dd if="$1" bs=512 skip=2 count=1 2>dd.out | tr -d '\247' | wc -c)" = 0 ]
}

"$tool" create 1440K died.vfd >out
test_that 'a machine dies' leave_journal died.vfd
answers 0 'died.vfd: high density, 1.44M
1.44M drive: 80 cylinders, 2 heads, 18 sectors of 512 bytes, 500 kbit/s; by its size
2.88M drive: 80 cylinders, 2 heads, 18 sectors of 512 bytes, 500 kbit/s; by its size
boot sector: describes no disk
journal: there is one' info died.vfd
answers 1 'died.vfd: a journal stands beside it; "vfdc-image recover" or an attach applies it' \
    check died.vfd
test_that 'looking has changed nothing' cmp -n 1474560 died.vfd /dev/zero
test_that 'and the journal stands' test -e .died.vfd.vfdc-journal
ln -s died.vfd link.vfd
answers 0 'link.vfd: the journal was applied' recover link.vfd
test_that 'the image has it' has_a7 died.vfd
test_that 'the journal is gone' test ! -e .died.vfd.vfdc-journal
answers 0 'died.vfd: there is no journal' recover died.vfd
answers 0 'died.vfd: good' check died.vfd

echo 'not a journal' >.died.vfd.vfdc-journal
answers 0 'died.vfd: a journal that is not this image'"'"'s was set aside' recover died.vfd
test_that 'it is there under another name' sh -c 'cat .died.vfd.vfdc-journal-aside* | grep -q "not a journal"'
answers 0 'died.vfd: good' check died.vfd

echo "vfdc-image: $((n_tests - n_failed)) passed, $n_failed failed"
[ "$n_failed" = 0 ]
