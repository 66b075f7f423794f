# CVE-2020-25741 and CVE-2021-20196: the drive that DOR selects is taken to hold a disk.
# file: fdc/disk.c
/^bool disk_is_turning/,/^}/s/return media_in(fdc, unit) != NULL && rotation/return rotation/
/^uint8_t disk_marks/,/^}/s/media == NULL/false/
/^enum fdc_outcome disk_write_sector/,/^}/s/media == NULL/false/
/^enum fdc_outcome disk_read_span/,/^}/s/media == NULL/false/
