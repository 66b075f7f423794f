# What `tools/coverage` asks, of what `llvm-cov show` prints.  First the list of exceptions, then
# the annotated sources:
#
#     awk -f tools/coverage.awk tests/coverage-exceptions.txt build/coverage/coverage.txt
#
# Places are told by file, function and text, which stay when lines move.

# ---- the list ----------------------------------------------------------------------------------

function wrong(what)
{
    print "FAIL " what
    n_failed++
}

FILENAME == ARGV[1] && (/^#/ || NF == 0) { next }

FILENAME == ARGV[1] {
    n = split($0, tick, "`")
    if (n != 3 || NF < 4 || tick[3] !~ /[a-z]/ || $3 !~ /^(line|true|false|pair)$/) {
        wrong("the list: not `file function kind text reason`: " $0)
        next
    }
    listed[$1, $2, $3, tick[2]]++
    next
}

# ---- the sources -------------------------------------------------------------------------------

# The part of the tree that a file counts for.
function part_of(file)
{
    return file ~ /^media\/(journal|vfd_journal|recover|flush)\.c$/ ? "the journal" : \
           file ~ /^fdc\// ? "fdc" : "media"
}

function at(line, column)
{
    return sprintf("%s:%06d:%03d", file, line, column)
}

/^\/.*:$/ {
    file = substr($0, 1, length($0) - 1)
    file = substr(file, match(file, /(fdc|media)\/[^\/]*$/))
    files[++n_files] = file
    function_name = "-"
    next
}

# "  12|  3.4k|source"
/^ +[0-9]+\| *[0-9.]*[a-zA-Z]?\|/ {
    bar = index($0, "|")
    line = substr($0, 1, bar - 1) + 0
    rest = substr($0, bar + 1)
    bar = index(rest, "|")
    count = substr(rest, 1, bar - 1)
    gsub(/ /, "", count)
    text = substr(rest, bar + 1)
    if (text ~ /^[a-z][^;=]*[ *][a-z_0-9]+\(/) {
        function_name = text
        sub(/\(.*/, "", function_name)
        sub(/.*[ *]/, "", function_name)
    }
    source[file, line] = text
    within[file, line] = function_name
    if (count != "") {
        counts[file, line] = count
    }
    n_lines[file] = line
    next
}

# "  |  Branch (12:9): [True: 3.4k, False: 0]", once for each copy of a header's function
/^ +\|  Branch \(/ {
    split($0, number, /[(:)]/)
    place = at(number[2], number[3])
    branches[place]
    if ($0 ~ /True: [^0]|True: 0[.]/) is_seen[place, "true"]
    if ($0 ~ /False: [^0]|False: 0[.]/) is_seen[place, "false"]
    if ($0 ~ /Folded/) is_folded[place]
    next
}

/^ +\|---> MC\/DC Decision Region/ {
    split($0, number, /[(:)]/)
    for (line = number[2] + 0; line <= number[5] + 0; line++) {
        has_decision[file, line]
    }
    next
}

/^ +\|     Condition C[0-9]+ --> / {
    split($0, number, /[(:)]/)
    condition = $3
    conditions[condition] = at(number[2], number[3])
    pairs[conditions[condition]]
    next
}

/^ +\|  C[0-9]+-Pair: / {
    condition = $2
    sub(/-Pair:/, "", condition)
    if ($0 ~ /: covered/) is_seen[conditions[condition], "pair"]
    if ($0 ~ /constant folded/) is_folded[conditions[condition]]
    next
}

# ---- what is told ------------------------------------------------------------------------------

# The condition that begins at a place: up to what ends it, on one line.
function condition_at(line, column,    text, all, depth, i, c, two)
{
    text = substr(source[file, line], column)
    for (;;) {
        for (i = 1; i <= length(text); i++) {
            c = substr(text, i, 1)
            two = substr(text, i, 2)
            if (c == "(" || c == "[") depth++
            if (depth == 0 && (two == "&&" || two == "||" || c ~ /[);?:,\]]/)) {
                sub(/ +$/, "", all)
                return all
            }
            if (c == ")" || c == "]") depth--
            all = all c
        }
        line++
        text = source[file, line]
        sub(/^ +/, "", text)
        all = all " "
        if (line > n_lines[file]) return all
    }
}

# A place that is not covered: excused by the list, or wrong.
function gap(line, kind, text,    key)
{
    key = file SUBSEP within[file, line] SUBSEP kind SUBSEP text
    if (used[key] < listed[key]) {
        used[key]++
        return 1
    }
    wrong(sprintf("%s  %s  %s  `%s`  line %d", file, within[file, line], kind, text, line))
    return 0
}

# The block behind a condition that is excused from being true is excused with it.
function is_behind_excused(line,    i)
{
    for (i = line - 1; i > 0 && i >= line - 6; i--) {
        if ((file, i) in excused_true) return 1
        if (i < line - 1 && source[file, i] ~ /[;{}] *$/) return 0
    }
    return 0
}

function add(what, covered, excused)
{
    all[part, what]++
    if (covered) {
        good[part, what]++
    } else if (excused) {
        spared[part, what]++
    }
}

function tell_branches(    place, number, line, text, side, n, order, i, excused)
{
    n = 0
    for (place in branches) {
        if (index(place, file ":") == 1 && !(place in is_folded)) order[++n] = place
    }
    sort(order, n)
    for (i = 1; i <= n; i++) {
        place = order[i]
        split(place, number, ":")
        line = number[2] + 0
        text = condition_at(line, number[3] + 0)
        for (side = 0; side < 2; side++) {
            kind = side ? "false" : "true"
            is_run = counts[file, line] != "0"
            excused = 0
            if (!((place, kind) in is_seen) && is_run) {
                excused = gap(line, kind, text)
                if (excused) {
                    if (kind == "true") excused_true[file, line]
                }
            }
            if (!is_run) excused = 1 # with its line, or wrong with it
            add("branches", (place, kind) in is_seen, excused)
        }
    }
}

function tell_pairs(    place, number, line, n, order, i, excused)
{
    n = 0
    for (place in pairs) {
        if (index(place, file ":") == 1 && !(place in is_folded)) order[++n] = place
    }
    sort(order, n)
    for (i = 1; i <= n; i++) {
        place = order[i]
        split(place, number, ":")
        line = number[2] + 0
        # what was never seen to be otherwise is told of above
        excused = counts[file, line] == "0" || !((place, "true") in is_seen) || \
                  !((place, "false") in is_seen)
        if (!((place, "pair") in is_seen) && !excused && part != "media") {
            excused = gap(line, "pair", condition_at(line, number[3] + 0))
        }
        add("MC/DC", (place, "pair") in is_seen, excused)
    }
}

# Lines that are not run, one behind another, are one place.
function tell_lines(    line, text, excused, is_open)
{
    for (line = 1; line <= n_lines[file]; line++) {
        if (!((file, line) in counts)) continue
        if (counts[file, line] != "0") {
            is_open = 0
        } else if (!is_open) {
            is_open = 1
            text = source[file, line]
            gsub(/^ +| +$/, "", text)
            excused = is_behind_excused(line) || gap(line, "line", text)
        }
        add("lines", counts[file, line] != "0", excused)
    }
}

# The compiler gives no MC/DC for decisions that it finds too deep: `!(a || b)` within one.
function tell_unmeasured(    line, text)
{
    for (line = 1; line <= n_lines[file]; line++) {
        text = source[file, line]
        gsub(/\/\*.*\*\/|"[^"]*"|^ *\*.*/, "", text)
        if (text ~ /&&|\|\|/ && text !~ /^#/ && (file, line) in counts && \
            !((file, line) in has_decision)) {
            wrong(sprintf("%s:%d: no MC/DC is measured here", file, line))
        }
    }
}

function sort(list, n,    i, j, swap)
{
    for (i = 2; i <= n; i++) {
        for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
            swap = list[j]
            list[j] = list[j - 1]
            list[j - 1] = swap
        }
    }
}

function cell(part, what)
{
    return sprintf("%5d of %5d, %3d excepted", good[part, what], all[part, what], \
                   spared[part, what])
}

END {
    for (n = 1; n <= n_files; n++) {
        file = files[n]
        part = part_of(file)
        before = n_failed
        tell_branches()
        tell_pairs()
        tell_lines()
        tell_unmeasured()
        if (n_failed == before) n_passed++
    }
    for (key in listed) {
        split(key, column, SUBSEP)
        n_exceptions += listed[key]
        n_passed += used[key]
        if (used[key] < listed[key]) {
            wrong(sprintf("%s  %s  %s  `%s`  is listed, and covered or gone", column[1], \
                          column[2], column[3], column[4]))
        }
    }
    printf "%-12s %-28s %-28s %-28s\n", "", "lines", "branches", "MC/DC pairs"
    split("fdc/media/the journal", name, "/")
    for (n = 1; n <= 3; n++) {
        printf "%-12s %-28s %-28s %-28s\n", name[n], cell(name[n], "lines"), \
               cell(name[n], "branches"), cell(name[n], "MC/DC")
    }
    printf "%d exceptions in the list\n", n_exceptions
    printf "make coverage: %d passed, %d failed\n", n_passed, n_failed
    exit n_failed > 0 || n_passed == 0
}
