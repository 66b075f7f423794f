/*
 * Sentences for a vfdc_media_error: bounded, without printf, printable whatever a path holds.
 */
#ifndef MEDIA_TEXT_H
#define MEDIA_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <vfdc/media.h>

/* What the marks in a form stand for. */
struct text_facts {
    const char *path;  /* %p: bytes that do not print as \xNN, shortened at the front */
    const char *name;  /* %s */
    uint64_t number;   /* %n: decimal */
    unsigned drives;   /* %d: a set of bits 1 << enum vfdc_drive_type: "1.44M or 2.88M" */
    int system_errno;  /* %e: the system's words */
};

/*
 * Write `form` with its marks filled in.  All but the path is kept whole (as far as the room
 * goes), so that a long path never cuts off the reason.  NULL strings are empty.
 */
void text_write(char text[VFDC_MEDIA_TEXT_BYTES], const char *form,
                const struct text_facts *facts);

/*
 * Fill `error` (may be NULL) with a code, the errno of `facts`, the sector (or
 * VFDC_MEDIA_NO_LBA) and the sentence; returns the code.
 */
vfdc_result text_fail(struct vfdc_media_error *error, vfdc_result code, uint32_t sector,
                      const char *form, const struct text_facts *facts);

/* The same where no file and no number is to be named. */
vfdc_result text_fail_plain(struct vfdc_media_error *error, vfdc_result code, const char *text);

/* Nothing failed: S_OK and no text. */
vfdc_result text_succeed(struct vfdc_media_error *error);

#endif
