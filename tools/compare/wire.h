/*
 * vfdc-compare: a line of text at a time over a socket.  A partner that is silent for too long,
 * or gone, makes the wire dead, and a dead wire gives and takes nothing.
 */
#ifndef VFDC_COMPARE_WIRE_H
#define VFDC_COMPARE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

struct wire {
    int fd;
    bool is_dead;
    char *text; /* received: the line last given, and what came behind it */
    size_t n_bytes;
    size_t n_given;
};

void wire_init(struct wire *wire, int fd);
void wire_free(struct wire *wire);

/* Send `text`, whole. */
void wire_send(struct wire *wire, const char *text);

/* The next line, without its end, until the next call; "" from a dead wire. */
const char *wire_line(struct wire *wire);

#endif
