# A seek moves the head beyond the last cylinder that the drive has.
# file: fdc/fdd.c
/^void fdd_step/,/^}/s/if (fdd->cylinder < mechanism_of(fdc, unit)->last_cylinder) {/{/
