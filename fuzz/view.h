/*
 * What the guest has said, followed at the ports by MSR alone: DOR, the command in hand, the bytes
 * that it gave.  It knows of commands only what the data sheet's tables say, and answers what
 * may happen to a disk now.
 */
#ifndef FUZZ_VIEW_H
#define FUZZ_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The last bytes given: as many as a sector has at most. */
#define VIEW_GIVEN_BYTES 1024u

struct view {
    bool is_known; /* the command in hand was seen from its first byte on */
    uint8_t dor;
    uint8_t command[16];
    unsigned n_bytes;   /* of it; 0 where there is none */
    unsigned n_results; /* read of it */
    bool was_read_late; /* or perhaps one more: the command may have ended in that very read */

    uint8_t given[VIEW_GIVEN_BYTES]; /* a ring */
    size_t n_given;                  /* since the last sector was written */
};

/* DOR was set, or the RESET pin cleared it. */
void view_dor(struct view *view, uint8_t dor);

/* A reset by DSR or DOR: no command. */
void view_reset(struct view *view);

/* What is in hand was not seen. */
void view_lose(struct view *view);

/* The guest writes a byte to the data register, whose MSR is this. */
void view_byte(struct view *view, uint8_t msr, uint8_t byte);

/* Bytes given in execution. */
void view_give(struct view *view, const uint8_t *bytes, size_t n_bytes);

/* The command in hand reads, writes, verifies, formats or looks for an ID. */
bool view_is_data(const struct view *view);

/* It may write that sector, or format that track, in the drive `unit`. */
bool view_may_write(const struct view *view, unsigned unit, unsigned c, unsigned h, unsigned r);
bool view_may_format(const struct view *view, unsigned unit, unsigned h);

/* Whether a sector's bytes are the last that were given, with zeros for what TC or DTL left out. */
bool view_gave(struct view *view, const uint8_t *bytes, size_t n_bytes);

#endif
