#!/bin/bash -eu
# Builds the fuzzers as the service asks: with its compilers, flags and engine, into $OUT, each with
# its corpus and, if it has one, its dictionary.
cd "$SRC/libvfdc"
make VARIANT=service WARNINGS= -j"$(nproc)" fuzzers

for fuzzer in build/service/fuzz/*; do
    name=$(basename "$fuzzer")
    cp "$fuzzer" "$OUT/fuzz_$name"
    zip -jqr "$OUT/fuzz_${name}_seed_corpus.zip" "fuzz/corpus/$name"
    if [ -e "fuzz/$name.dict" ]; then
        cp "fuzz/$name.dict" "$OUT/fuzz_$name.dict"
    fi
done
