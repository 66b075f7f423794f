# The mutants of C sources, for tools/mutants: `awk -v seed=N -f mutants.awk FILE...`.
#
# A line each, in an order that only the seed and the mutant itself decide; tabs part the fields:
#
#     ORDER FILE LINE OFFSET BYTES LINE-BREAKS =NEW KIND NAME
#
# The BYTES at OFFSET become NEW and as many line breaks as there were, so that lines keep their
# numbers.  NAME is file, function and the text before and after, without numbers of lines: what
# tests/mutants-survivors.txt names it by.  Where a function has the same text twice, the second
# ends in " #2".
#
# It reads tokens and no grammar, and leans on how this code is laid out: a binary operator has
# blanks on both sides, a unary one none behind it, and a pointer's star none either.

function fail(what)
{
    print "mutants.awk: " FILENAME ": " what >"/dev/stderr"
    exit 1
}

BEGIN {
    FS = "\n"
    for (i = 1; i < 256; i++) {
        code[sprintf("%c", i)] = i
    }
    # binary operators, and what becomes of them
    to["<"] = "<= >="; to[">"] = ">= <="; to["<="] = "< >"; to[">="] = "> <"
    to["=="] = "!="; to["!="] = "=="; to["&&"] = "||"; to["||"] = "&&"
    to["+"] = "-"; to["-"] = "+"; to["*"] = "/"; to["/"] = "*"; to["%"] = "*"
    to["&"] = "|"; to["|"] = "&"; to["^"] = "|"; to["<<"] = ">>"; to[">>"] = "<<"
    to["+="] = "-="; to["-="] = "+="; to["*="] = "/="; to["&="] = "|="; to["|="] = "&="
    to["^="] = "|="; to["<<="] = ">>="; to[">>="] = "<<="
    split("< > <= >= == !=", words, " ")
    for (i in words) is_relation[words[i]] = 1
    split("if while for switch", words, " ")
    for (i in words) has_condition[words[i]] = 1
    split("static const struct enum unsigned signed int char bool void long short size_t ssize_t " \
          "off_t mode_t vfdc_result", words, " ")
    for (i in words) is_type[words[i]] = 1
}

# ---- tokens: T text, AT offset, LINE, BEFORE and BEHIND whether a blank is there, DEFINED in a
# #define

function tokenize(    p, rest, size, line, n_lines, directive, blank)
{
    n = 0; p = 1; line = 1; blank = 1; directive = ""
    while (p <= length(text)) {
        rest = substr(text, p, 200)
        if (substr(rest, 1, 2) == "/*") {
            size = index(substr(text, p), "*/") + 1
            rest = substr(text, p, size)
            line += gsub(/\n/, "\n", rest)
            p += size; blank = 1
            continue
        }
        if (match(rest, /^[ \t]+/) || match(rest, /^\\\n/)) {
            if (substr(rest, 1, 1) == "\\") line++
            p += RLENGTH; blank = 1
            continue
        }
        if (substr(rest, 1, 1) == "\n") {
            line++; p++; blank = 1; directive = ""
            continue
        }
        if (substr(rest, 1, 1) == "#" && match(rest, /^#[ ]*[a-z]+/)) {
            directive = substr(rest, 1, RLENGTH)
            p += RLENGTH
            rest = substr(text, p, 200)
            if (directive == "#define" && match(rest, /^ +[A-Za-z_0-9]+(\([^)]*\))?/)) {
                p += RLENGTH
            }
            continue
        }
        if (match(rest, /^[A-Za-z_][A-Za-z_0-9]*/)) ;
        else if (match(rest, /^[0-9][0-9A-Za-z]*/)) ;
        else if (match(rest, /^"([^"\\]|\\.)*"/)) ;
        else if (match(rest, /^'([^'\\]|\\.)+'/)) ;
        else if (match(rest, /^(<<=|>>=|\.\.\.|->|\+\+|--|<<|>>)/)) ;
        else if (match(rest, /^(<=|>=|==|!=|&&|\|\||[-+*\/%&|^]=)/)) ;
        else RLENGTH = 1
        if (directive == "" || directive == "#define") {
            n++
            T[n] = substr(rest, 1, RLENGTH); AT[n] = p - 1; LINE[n] = line
            BEFORE[n] = blank; DEFINED[n] = directive != ""
            BEHIND[n] = substr(rest, RLENGTH + 1, 1) ~ /^[ \t\n]$/
        }
        p += RLENGTH; blank = 0
    }
}

# ---- structure: MATE of a bracket; WHERE a token stands: a function, a table; in a FUNCTION or not

function mate_brackets(    i, top, stack)
{
    top = 0
    for (i = 1; i <= n; i++) {
        if (T[i] == "(" || T[i] == "[" || T[i] == "{") {
            stack[++top] = i
        } else if (T[i] == ")" || T[i] == "]" || T[i] == "}") {
            if (top == 0) fail("line " LINE[i] ": a bracket without its mate")
            MATE[i] = stack[top]
            MATE[stack[top--]] = i
        }
    }
    if (top != 0) fail("line " LINE[stack[top]] ": a bracket is not closed")
}

# What a top-level construct that begins at token i is about: a name.
function name_of(i,    k, name)
{
    name = "-"
    for (k = i; k <= n && T[k] != ";" && T[k] != "{" && T[k] != "="; k++) {
        if (T[k] == "(" ) {
            return T[k - 1]
        }
        if (T[k] == "[") {
            k = MATE[k]
        } else if (T[k] ~ /^[A-Za-z_]/) {
            name = T[k]
        }
    }
    return name
}

function find_functions(    i, start, k, body)
{
    i = 1
    while (i <= n) {
        if (DEFINED[i]) {
            WHERE[i] = "-"; FUNCTION[i] = 0; i++
            continue
        }
        start = i
        body = 0
        while (i <= n && T[i] != ";") {
            if (T[i] == "(" || T[i] == "[") {
                i = MATE[i]
            } else if (T[i] == "{") {
                body = T[i - 1] == ")"
                i = MATE[i]
                if (body) break
            }
            i++
        }
        name = name_of(start)
        for (k = start; k <= i && k <= n; k++) {
            WHERE[k] = DEFINED[k] ? "-" : name
            FUNCTION[k] = body && !DEFINED[k]
            SKIPPED[k] = T[start] == "_Static_assert"
        }
        if (body) BODY_END[i] = 1
        i++
    }
}

# ---- mutants

function squeezed(s)
{
    gsub(/\/\*[^*]*(\*+[^*\/][^*]*)*\*+\//, "", s)
    sub(/\/\*.*$/, "", s)
    sub(/^.*\*\//, "", s)
    gsub(/[ \t\n]+/, " ", s)
    sub(/^ /, "", s)
    sub(/ $/, "", s)
    return s
}

function order_of(s,    i, h)
{
    h = seed % 65521 + 1
    for (i = 1; i <= length(s); i++) {
        h = (h * 65599 + code[substr(s, i, 1)]) % 4294967291
    }
    # once more, so that names with the same beginning do not stand together
    for (i = 0; i < 4; i++) {
        h = (h * 40503 + 12345 + seed % 997) % 4294967291
    }
    return h
}

# emit OFFSET BYTES NEW KIND TOKEN: the bytes at the offset become new
function emit(offset, bytes, new, kind, i,    first, last, old, breaks, before, after, name)
{
    old = substr(text, offset + 1, bytes)
    breaks = gsub(/\n/, "\n", old)
    gsub(/[ \t]*\n[ \t]*/, " ", new)
    for (first = offset; first > 0 && substr(text, first, 1) != "\n"; first--) ;
    last = offset + bytes + index(substr(text, offset + bytes + 1, 1000), "\n") - 1
    before = squeezed(substr(text, first + 1, last - first))
    after = squeezed(substr(text, first + 1, offset - first) new \
                     substr(text, offset + bytes + 1, last - offset - bytes))
    name = file " " WHERE[i] ": " before " ==> " after
    if (++seen[name] > 1) {
        name = name " #" seen[name]
    }
    printf "%010d\t%s\t%d\t%d\t%d\t%d\t=%s\t%s\t%s\n", order_of(name), file, LINE[i], offset, bytes,
        breaks, new, kind, name
}

function swap(i, new, kind)
{
    emit(AT[i], length(T[i]), new, kind, i)
}

function operator(i,    words, k, kind)
{
    kind = is_relation[T[i]] ? "relation" : T[i] ~ /^(&&|\|\|)$/ ? "logic" : "sum"
    if (kind == "sum" && T[i] ~ /[&|^<>]/) kind = "bits"
    if (T[i] in to && BEFORE[i] && BEHIND[i]) {
        for (k = 1; k <= split(to[T[i]], words, " "); k++) {
            swap(i, words[k], kind)
        }
    } else if (T[i] == "++" || T[i] == "--") {
        swap(i, T[i] == "++" ? "--" : "++", "sum")
    } else if (T[i] == "!" || T[i] == "~" ||
               (T[i] == "-" && !BEHIND[i] && T[i - 1] !~ /^([A-Za-z_0-9]+|\)|\])$/)) {
        swap(i, "", T[i] == "!" ? "logic" : T[i] == "~" ? "bits" : "sum")
    } else if (T[i] == "?") {
        ternary(i)
    }
}

# a condition of ?: goes back to what opens it
function ternary(i,    k, bytes)
{
    for (k = i - 1; k > 0 && T[k] !~ /^(=|\+=|-=|\|=|return|\(|\[|,|\?|:|;|\{|\})$/; k--) {
        if (T[k] == ")" || T[k] == "]") k = MATE[k]
    }
    bytes = AT[i - 1] + length(T[i - 1]) - AT[k + 1]
    emit(AT[k + 1], bytes, "!(" substr(text, AT[k + 1] + 1, bytes) ")", "negation", i)
}

function hex(s,    i, v)
{
    v = 0
    for (i = 1; i <= length(s); i++) {
        v = v * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1
    }
    return v
}

function octal(s,    i, v)
{
    v = 0
    for (i = 1; i <= length(s); i++) {
        v = v * 8 + substr(s, i, 1)
    }
    return v
}

function constant(i,    digits, suffix, value, form)
{
    digits = T[i]
    suffix = ""
    if (match(digits, /[uUlL]+$/)) {
        suffix = substr(digits, RSTART)
        digits = substr(digits, 1, RSTART - 1)
    }
    if (digits ~ /^0x[0-9a-fA-F]+$/) {
        if (length(digits) > 10) return # none is so large that its neighbour would tell
        value = hex(substr(digits, 3))
        form = "0x%0" (length(digits) - 2) "x%s"
    } else if (digits ~ /^0[0-7]+$/) {
        value = octal(digits)
        form = "0%o%s"
    } else if (digits ~ /^[0-9]+$/ && length(digits) < 16) {
        value = digits + 0
        form = "%.0f%s"
    } else {
        return
    }
    swap(i, sprintf(form, value + 1, suffix), "constant")
    if (value > 0) {
        swap(i, sprintf(form, value - 1, suffix), "constant")
    }
}

# The condition of an if or a while is turned round, unless that of its one operator has been.
function negation(i,    k, close_, relations, others)
{
    close_ = MATE[i + 1]
    for (k = i + 2; k < close_; k++) {
        relations += is_relation[T[k]] && BEFORE[k]
        others += T[k] ~ /^(&&|\|\||\?)$/
    }
    if (others || (!relations && T[i + 2] != "!")) {
        emit(AT[i + 2], AT[close_] - AT[i + 2],
             "!(" substr(text, AT[i + 2] + 1, AT[close_] - AT[i + 2]) ")", "negation", i)
    }
}

function statement_end(i)
{
    while (i <= n && T[i] != ";") {
        i = T[i] == "(" || T[i] == "[" || T[i] == "{" ? MATE[i] + 1 : i + 1
    }
    return i
}

# begins_statement I: that of a block, of a label, or behind if (...), else and their like
function begins_statement(i,    k)
{
    k = T[i - 1]
    if (k == ";" || k == "}" || k == "else" || k == "do") return !in_head[i]
    if (k == "{") return T[MATE[i - 1] + 1] != ";" && T[MATE[i - 1] + 1] != "," && T[i - 2] != "="
    if (k == ")") return T[MATE[i - 1] - 1] in has_condition
    if (k == ":") return is_label[i - 1]
    return 0
}

function statement(i,    last)
{
    if (T[i] !~ /^[A-Za-z_(*+-]/ || T[i] in has_condition || T[i] ~ /^(else|do|case|default)$/ ||
        T[i] in is_type || T[i] ~ /^u?int[0-9]+_t$/) {
        return
    }
    last = statement_end(i)
    if (T[i] != "return" || T[last + 1] != "}" || !BODY_END[last + 1]) {
        emit(AT[i], AT[last] + 1 - AT[i], ";",
             T[i] ~ /^(return|break|continue|goto)$/ ? T[i] : "deletion", i)
    } else if (last > i + 1 && !(last == i + 2 && T[i + 1] ~ /^(0u?|false|true|NULL)$/)) {
        # the last word of a function: it needs a value
        emit(AT[i], AT[last] + 1 - AT[i], "return 0;", "return", i)
    }
}

function mutate(    i, k)
{
    for (i = 1; i <= n; i++) {
        if (T[i] == "for" && FUNCTION[i]) {
            for (k = i; k < MATE[i + 1]; k++) in_head[k] = 1
        }
        if ((T[i] == "case" || T[i] == "default") && FUNCTION[i]) {
            for (k = i; T[k] != ":"; k++) ;
            is_label[k] = 1
        }
    }
    for (i = 1; i <= n; i++) {
        if (SKIPPED[i]) continue
        operator(i)
        if (T[i] ~ /^[0-9]/) constant(i)
        if (T[i] == "true") swap(i, "false", "constant")
        if (T[i] == "false") swap(i, "true", "constant")
        if (FUNCTION[i]) {
            if (T[i] == "if" || T[i] == "while") negation(i)
            if (begins_statement(i)) statement(i)
        }
    }
}

function clear(    i)
{
    split("", T); split("", MATE); split("", SKIPPED); split("", BODY_END); split("", seen)
    split("", in_head); split("", is_label)
}

function finish()
{
    if (file == "") return
    tokenize()
    mate_brackets()
    find_functions()
    mutate()
    clear()
}

FNR == 1 { finish(); file = FILENAME; text = "" }
{ text = text $0 "\n" }
END { finish() }
