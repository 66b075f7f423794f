# What tests/scripts/EXITS.md says, held against the port scripts.  First the scripts, then the
# table:
#
#     awk -f tests/checks/exits.awk tests/scripts/*.fdc tests/scripts/EXITS.md
#
# A script shows an exit of a command if it sends the command, by DMA or without as SPECIFY said
# last, and reads the status bytes that the exit's row names; or, of a command that is to have no
# result, if another command or a reset comes first.  Prints each cell for which that is not so,
# and at the end how many cells there are, shown and not.

function hex(digits,    n, i)
{
    for (i = 1; i <= length(digits); i++) {
        n = 16 * n + index("0123456789abcdef", substr(digits, i, 1)) - 1
    }
    return n
}

# A fact: this script saw this end of this command.
function saw(status)
{
    if (command != "") {
        facts[name, command] = facts[name, command] "; " sk mt status
        command = ""
    }
    read_before = ""
}

FNR == 1 {
    command = ""
    mode = "DMA"
    name = FILENAME
    sub(/.*\//, "", name)
    is_table = sub(/\.md$/, "", name)
    sub(/\.fdc$/, "", name)
}

!is_table { sub(/#.*/, "") }

!is_table && $1 == "cmd" {
    saw("none")
    if ($2 == "03") {
        mode = hex($4) % 2 ? "PIO" : "DMA"
    }
    first = hex($2)
    code = first % 32
    if (code in of_code) {
        command = of_code[code]
        command = command (command in is_one_way ? "" : ", " mode)
        sk = int(first / 32) % 2 ? "sk " : ""
        mt = first >= 128 ? "mt " : ""
    }
}

!is_table && $1 == "in" && $2 == "3f5" { read_before = read_before $4 " " }
!is_table && $1 == "result" { saw(substr(read_before $2 " " $3 " " $4, 1, 8)) }
!is_table && $1 == "out" && ($2 == "3f2" || $2 == "3f4") { saw("none") }

BEGIN {
    of_code[2] = "READ TRACK"
    of_code[5] = "WRITE DATA"
    of_code[6] = "READ DATA"
    of_code[9] = "WRITE DELETED DATA"
    of_code[10] = "READ ID"
    of_code[12] = "READ DELETED DATA"
    of_code[13] = "FORMAT TRACK"
    of_code[22] = "VERIFY"
    is_one_way["READ ID"]
    is_one_way["VERIFY"]

    # the beginning of a row's name, and what ST0, ST1 and ST2 are then
    shows["normal end"] = "[0-3]. 00 [04]0"
    shows["an ID"] = "[0-3]. 00 00"
    shows["EOT without TC"] = "[4-7]. 80 [04]0"
    shows["EOT with a count left"] = "[4-7]. 80 [04]0"
    shows["the same behind side 1 with MT"] = "mt [4-7][4-7] 80 [04]0"
    shows["no mark on the track"] = "[4-7]. 01 00"
    shows["IDs, none that matches"] = "[4-7]. 04 00"
    shows["the same, another C"] = "[4-7]. 04 10"
    shows["mismatch"] = "[0-3]. 04 00"
    shows["another C"] = "[0-3]. 04 10"
    shows["data error: IC=01"] = "[4-7]. 20 (20|60|[.][.])"
    shows["data error: DE, DD noted"] = "[04]. (2|a)[04] 20"
    shows["over- or underrun"] = "[4-7]. 10 (00|40|[.][.])"
    shows["protected disk"] = "[4-7]. 02 00"
    shows["foreign mark, SK=0"] = "; (mt )?[0-3]. 00 40"
    shows["foreign mark, SK=1"] = "sk (mt )?[0-7]. [08]0 40"
    shows["deleted mark"] = "[0-3]. 00 40"
    shows["all passed over"] = "sk (mt )?[4-7]. 80 40"
    shows["reset"] = "none"
    shows["no index, `empty hangs`"] = "none"
    shows["no index, `empty ends`"] = "[4-7]. 01 (00|40|[.][.])"
    shows["never served"] = "."
}

function complain(why)
{
    printf "%s | %s: %s\n", section, row, why
    n_wrong++
}

function pattern_of(row,    start)
{
    for (start in shows) {
        if (index(row, start) == 1) {
            return shows[start]
        }
    }
    return ""
}

# Every script that a cell names shows it.
function check_cell(cell,    names, n, i)
{
    n = split(cell, names, "`")
    for (i = 2; i <= n; i += 2) {
        if (!((names[i], section) in facts)) {
            complain(names[i] " has no such command")
        } else if (facts[names[i], section] !~ pattern_of(row)) {
            complain(names[i] " has no such end of it")
        }
    }
}

is_table && /^## / { section = substr($0, 4) }

is_table && /^\| / && !/^\| (exit|---) / {
    split($0, column, / \| */)
    row = substr(column[1], 3)
    if (section == "Other commands") {
        n_others++
    } else if (column[2] ~ /^- [a-z]/) {
        n_absent++
    } else if (column[2] !~ /`/ || pattern_of(row) == "") {
        complain("says nothing")
    } else {
        check_cell(column[2])
        n_shown++
    }
}

END {
    printf "%d shown, %d that no script can show; other commands: %d exits\n",
        n_shown, n_absent, n_others
    exit n_wrong > 0
}
