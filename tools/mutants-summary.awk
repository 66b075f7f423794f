# What tools/mutants tells at its end.  Reads all mutants, those of this run, the list of those that
# live, and the results; `how` is that of the run.
BEGIN {
    FS = "\t"
}

FILENAME == ARGV[1] { exists[$9]; next }
FILENAME == ARGV[2] { file[$9] = $2; line[$9] = $3; n_made++; next }

FILENAME == ARGV[3] {
    if ($0 ~ /^= /) {
        kind = $0
        sub(/^= /, "", kind)
        sub(/:.*/, "", kind)
        if (kind !~ /^(equivalent|proof|open)$/) {
            complain("no kind of reason: " $0)
        }
    } else if ($0 != "" && $0 !~ /^#/) {
        if (!($0 in exists)) {
            complain("listed, but there is no such mutant: " $0)
        }
        listed[$0] = kind
    }
    next
}

{ verdict[$1] = $2; by[$1] = $3 } # the last word on it counts

function complain(what)
{
    print what
    n_failed++
}

function engine_of(test)
{
    if (test ~ /^scripts -/) return "scripts, other ways"
    sub(/[ :,].*/, "", test)
    return test
}

function judge(name,    kind, home)
{
    kind = listed[name]
    home = file[name]
    if (verdict[name] == "killed") {
        n_killed++
        engine[engine_of(by[name])]++
        dead[home]++
        if (by[name] ~ /^proof/ && kind == "") {
            complain("only the proof sees it, and it is not listed: " name)
        } else if (by[name] !~ /^proof/ && kind != "") {
            if (how == "all") {
                complain("listed, but killed by " by[name] ": " name)
            } else {
                print "note: listed, but killed by " by[name] ": " name
            }
        }
    } else if (verdict[name] ~ /^(lived|quick|listed)$/) {
        n_alive++
        alive[home]++
        if (kind == "") {
            complain("LIVES " home ":" line[name] ": " name)
        } else if (kind == "proof" && verdict[name] == "lived" && how == "all") {
            complain("listed as the proof's, but it is proved: " name)
        }
        n_listed[kind]++
        excused[home] += kind == "equivalent"
    } else {
        n_none[verdict[name]]++
    }
}

END {
    for (name in verdict) {
        if (name in file) judge(name)
    }
    printf "mutants: %d made; judged %d: %d do not compile, %d make no code of their own\n", n_made,
        n_killed + n_alive + n_none["broken"] + n_none["same"], n_none["broken"], n_none["same"]
    printf "mutants: %d killed:", n_killed
    for (name in engine) printf " %s %d;", name, engine[name]
    printf "\nmutants: %d live: %d equivalent, %d for the proof, %d open, %d not listed\n", n_alive,
        n_listed["equivalent"], n_listed["proof"], n_listed["open"], n_listed[""]
    total = n_killed + n_alive - n_listed["equivalent"]
    if (total > 0) {
        printf "mutants: score %.1f%% without the equivalent\n",
            100 * (n_killed + n_listed["proof"]) / total
    }
    if (how != "sample") {
        for (name in file) homes[file[name]]
        for (name in homes) {
            if (dead[name] + alive[name] > 0) {
                printf "mutants: %-22s %4d killed, %3d live, %3d of them equivalent\n", name,
                    dead[name], alive[name], excused[name] | "sort"
            }
        }
        close("sort")
    }
    printf "make mutants: %d passed, %d failed\n", n_killed + n_alive - n_listed[""], n_failed
    exit n_failed > 0 || n_killed == 0
}
