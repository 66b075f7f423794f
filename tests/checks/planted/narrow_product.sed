# A product that is an offset, as narrow as its factors.
# gate: tidy
# says: bugprone-implicit-widening-of-multiplication-result
# file: fdc/format.c
s/staging\[4u \* (size_t)i\]/staging[4u * i]/
