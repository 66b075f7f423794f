# The host is told a sector number that nobody set.
# part: core/one_sector
# file: fdc/host.c
s/^    report.sector = .*$//
