/*
 * vfdc-script: the words of the script language that stand for numbers of the library or the
 * system: result codes, errno values, reports, image formats.
 */
#ifndef VFDC_SCRIPT_NAMES_H
#define VFDC_SCRIPT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* A result code by its documented name, such as "VM_E_DRIVE_IN_USE".  The other way round is
 * vfdc_result_name(). */
bool names_result(const char *name, uint64_t *code);

/* The name of an errno value, "0" for none, "?" for one that no script can name. */
const char *names_of_errno(int value);

/* A report by its name. */
bool names_report(const char *name, uint64_t *kind);
const char *names_of_report(uint64_t kind);

/* The bytes of an image of that format: "1.44M", or "bytes:COUNT". */
bool names_format(const char *name, uint64_t *n_bytes);

#endif
