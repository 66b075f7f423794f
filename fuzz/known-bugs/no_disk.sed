# CVE-2020-25741 and CVE-2021-20196: the drive that DOR selects is taken to hold a disk.
# file: fdc/disk.c
/^static const struct fdc_disk \*disk_in/,/^}/s/unit < VFDC_N_UNITS && fdc->disk\[unit\].media != NULL ? &fdc->disk\[unit\] : NULL/\&fdc->disk[unit \& 3u]/
