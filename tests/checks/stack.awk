# stack.awk: what the stack holds at most, from what gcc says of each function (-fstack-usage,
# -fcallgraph-info=su) and the sources themselves.
#
# usage: awk -v mode=MODE -v most=BYTES -f stack.awk SOURCE.c... CALLS.ci...
#
#   frames     every function has at most so many bytes of its own, known when it is compiled
#   recursion  no function comes back to itself
#   path       no call of an entry point has more than so many below it, in fdc/ alone
#   all        the same, with what the library has below that in media/
#
# A call through a pointer is one of these, by how it is written; any other fails:
#
#   host.NAME()            the host's: outside
#   event()                the operator's handler: outside
#   system->NAME()         every function that a table in media/ has as .NAME, or the host's
#   ops->NAME()            likewise
#   table[...].NAME()      every function that this file mentions without calling it
#   visit()                likewise
#
# A call of what is not compiled here (the C library's) has no size: memcpy() and its kin in the
# core, which asks for nothing else (tests/checks/symbols).

function wrong(why) {
    print why
    n_wrong++
}

# name without what gcc puts around it: "x.o:" before, ".part.0" or ".lto_priv.1" behind
function plain(name) {
    sub(/.*:/, "", name)
    sub(/\..*/, "", name)
    return name
}

# the path of a file of ours, without the folder that the compiler was called in
function of_ours(path) {
    return match(path, /(fdc|media|include\/vfdc)\/[^\/]*$/) ? substr(path, RSTART) : path
}

# ---- sources -----------------------------------------------------------------------------------

# The fields of an edge's or a node's line: title: "..." and so on.
function field(name,    rest) {
    if (!match($0, name ": \"[^\"]*\""))
        return ""
    rest = substr($0, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", rest)
    sub(/"$/, "", rest)
    return rest
}

FILENAME ~ /\.c$/ {
    text[FILENAME, FNR] = $0
    code = $0
    if (is_comment && !sub(/^.*\*\//, "", code))
        next
    is_comment = 0
    gsub(/"([^"\\]|\\.)*"/, "", code)
    gsub(/\/\*[^*]*\*\//, "", code)
    if (sub(/\/\*.*/, "", code))
        is_comment = 1
    if (match(code, /struct vfdc_(system|media_ops) [a-z_]+ = \{/))
        table = code ~ /vfdc_system/ ? "system" : "ops"
    if (match(code, /^    \.[a-z_]+ = [a-z_0-9]+,/)) {
        split(substr(code, RSTART, RLENGTH), word, /[ .=,]+/)
        offered[table, word[2]] = offered[table, word[2]] " " word[3]
    }
    if (code ~ /^}/)
        table = ""
    gsub(/\(\*[a-z_]+\)/, "", code) # what is declared here as a pointer
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
        is_member = substr(code, 1, RSTART - 1) ~ /(\.|->)$/
        name = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (code !~ /^\(/ && !is_member)
            mentioned[FILENAME] = mentioned[FILENAME] " " name
    }
    next
}

# ---- what gcc says -----------------------------------------------------------------------------

/^node: / {
    title = field("title")
    label = field("label")
    if (title == "__indirect_call" || label !~ /bytes \(/)
        next
    split(label, part, /\\n/)
    home[title] = of_ours(part[2])
    sub(/:.*/, "", home[title])
    bytes[title] = part[3] + 0
    kind[title] = part[3]
    titles[plain(title)] = titles[plain(title)] " " title
    exact[substr(title, match(title, /[^:]*$/))] = exact[substr(title, match(title, /[^:]*$/))] " " title
    n_functions++
}

/^edge: / {
    n_edges++
    from[n_edges] = field("sourcename")
    to[n_edges] = field("targetname")
    site[n_edges] = field("label")
}

# ---- calls -------------------------------------------------------------------------------------

# Every function of these names.
function all_of(names,    n, name, i, found) {
    n = split(names, name, " ")
    for (i = 1; i <= n; i++)
        if (name[i] in titles)
            found = found titles[name[i]]
    return found
}

# What a call through a pointer may reach, from how it is written.
function behind(where,    part, call) {
    split(where, part, ":")
    part[1] = of_ours(part[1])
    call = substr(text[part[1], part[2]], part[3])
    n_pointers++
    if (!match(call, /^[A-Za-z_][A-Za-z_0-9]*((->|\.)[A-Za-z_0-9]+|\[[^]]*\])*\(/)) {
        wrong(where ": this is no call that can be read: " call)
        return ""
    }
    call = substr(call, 1, RLENGTH - 1)
    if (call ~ /(->|\.)host\.[a-z_]+$/ || call == "event")
        return ""
    if (match(call, /(system|ops)->[a-z_]+$/)) {
        split(substr(call, RSTART), part, "->")
        found = all_of(offered[part[1], part[2]])
    } else if (call == "visit" || call ~ /\]\.[a-z]+$/) {
        found = all_of(mentioned[part[1]])
    } else {
        found = ""
    }
    if (found == "")
        wrong(where ": nothing is known to be behind " call "()")
    return found
}

function connect(    i, n, target, j, found) {
    for (i = 1; i <= n_edges; i++) {
        if (to[i] == "__indirect_call")
            found = behind(site[i])
        else if (to[i] in bytes)
            found = to[i]
        else
            found = exact[to[i]]
        n = split(found, target, " ")
        for (j = 1; j <= n; j++)
            if (!((from[i], target[j]) in is_joined)) {
                is_joined[from[i], target[j]] = 1
                calls[from[i]] = calls[from[i]] " " target[j]
            }
    }
}

# ---- what comes of it --------------------------------------------------------------------------

function counted(title) {
    return mode != "path" || home[title] ~ /^(fdc|include)\// ? bytes[title] : 0
}

# The most that a call of this function holds; next_of[] is the way there.
function depth(title, trail,    n, target, i, below, most_below) {
    if (title in deep)
        return deep[title]
    if (title in is_open) {
        if (mode == "recursion")
            wrong("recursion:" substr(trail, index(trail, " " title " ")) title)
        is_circular = 1
        return 0
    }
    is_open[title] = 1
    n = split(calls[title], target, " ")
    for (i = 1; i <= n; i++) {
        below = depth(target[i], trail " " title " ")
        if (below > most_below) {
            most_below = below
            next_of[title] = target[i]
        }
    }
    delete is_open[title]
    deep[title] = counted(title) + most_below
    return deep[title]
}

function way(title,    words) {
    for (; title != ""; title = next_of[title])
        if (counted(title) > 0)
            words = words (words == "" ? "" : ", ") plain(title) " " bytes[title]
    return words
}

END {
    connect()
    for (title in bytes) {
        if (mode == "frames" && kind[title] !~ /\((static|dynamic,bounded)\)/)
            wrong(home[title] ": " plain(title) "() has a frame of no fixed size: " kind[title])
        if (mode == "frames" && bytes[title] > most)
            wrong(home[title] ": " plain(title) "() has " bytes[title] " bytes, more than " most)
        if (bytes[title] > bytes[largest])
            largest = title
        if (mode == "frames")
            continue
        depth(title, "")
        if (title !~ /:/ && title ~ /^vfdc_/ && deep[title] > deep[worst])
            worst = title
    }
    if (n_functions == 0 || n_pointers == 0 || (mode != "frames" && worst == ""))
        wrong("nothing was read")
    if ((mode == "path" || mode == "all")) {
        if (is_circular)
            wrong("no path can be measured: there is recursion")
        if (deep[worst] > most)
            wrong("more than " most ": " deep[worst])
        print "note: " deep[worst] " bytes: " way(worst)
    } else {
        print "note: " n_functions " functions, " n_pointers " calls through pointers; largest " \
            plain(largest) " " bytes[largest]
    }
    exit n_wrong > 0
}
