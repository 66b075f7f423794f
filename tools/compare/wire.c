/* vfdc-compare: a line of text at a time over a socket. */
#include "wire.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../vfdc-script/alloc.h"

enum { SILENCE_MS = 30000, PIECE_BYTES = 4096 };

void wire_init(struct wire *wire, int fd)
{
    *wire = (struct wire){ .fd = fd };
}

void wire_free(struct wire *wire)
{
    close(wire->fd);
    free(wire->text);
    *wire = (struct wire){ .fd = -1, .is_dead = true };
}

void wire_send(struct wire *wire, const char *text)
{
    size_t n_left = strlen(text);

    while (n_left > 0 && !wire->is_dead) {
        ssize_t n_sent = send(wire->fd, text, n_left, MSG_NOSIGNAL);

        if (n_sent <= 0) {
            wire->is_dead = true;
            return;
        }
        text += n_sent;
        n_left -= (size_t)n_sent;
    }
}

static void receive(struct wire *wire)
{
    struct pollfd waiting = { .fd = wire->fd, .events = POLLIN };
    ssize_t n_received = 0;

    wire->text = alloc_resize(wire->text, wire->n_bytes + PIECE_BYTES, 1);
    if (poll(&waiting, 1, SILENCE_MS) == 1) {
        n_received = recv(wire->fd, wire->text + wire->n_bytes, PIECE_BYTES, 0);
    }
    if (n_received <= 0) {
        wire->is_dead = true;
    } else {
        wire->n_bytes += (size_t)n_received;
    }
}

const char *wire_line(struct wire *wire)
{
    char *end = NULL;

    if (wire->n_given > 0) {
        wire->n_bytes -= wire->n_given;
        memmove(wire->text, wire->text + wire->n_given, wire->n_bytes);
        wire->n_given = 0;
    }
    while (!wire->is_dead) {
        end = wire->n_bytes > 0 ? memchr(wire->text, '\n', wire->n_bytes) : NULL;
        if (end != NULL) {
            wire->n_given = (size_t)(end - wire->text) + 1;
            *end = '\0';
            wire->text[strcspn(wire->text, "\r")] = '\0';
            return wire->text;
        }
        receive(wire);
    }
    return "";
}
