# 128 << N is formed before N is bounded.
# file: fdc/sector.c
/^static uint16_t size_of_n/,/^}/s/(n <= MAX_N ? n : MAX_N)/n/
