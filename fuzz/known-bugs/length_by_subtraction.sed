# CVE-2021-3507: the length of a transfer is EOT - R + 1 sectors, worked out beforehand; EOT below R
# makes it nearly all there is.
# file: fdc/run.c
s/span.bytes, span.n_bytes, &tc/span.bytes, (size_t)((s->job.eot - s->chrn.r + 1u) \& 0xffu) * size, \&tc/
