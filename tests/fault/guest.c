/*
 * A machine for the tests of the real kernel: it does what the lines of its input say, and answers
 * each with one line, in one write.  Answers are what a guest or an operator would know.
 *
 *     attach IMAGE | attach-read-only IMAGE | attach-drive DEVICE | release | release-drive | flush
 *     write HEAD PATTERN   18 sectors of cylinder 0 by DMA: "ok" or "refused"
 *     read HEAD            the pattern of all 18, or "torn"
 *     run COMMAND          by the shell
 *     die                  by SIGKILL
 */
#include "../rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRACK_BYTES (18u * 512u)

struct guest {
    struct rig *rig;
    struct vfdc_floppy_drive *drive;
    char line[512];
};

static void answer(const struct guest *guest, const char *text)
{
    char bytes[1200];
    int n = snprintf(bytes, sizeof(bytes), "%s: %s\n", guest->line, text);

    if (n < 0 || write(STDOUT_FILENO, bytes, (size_t)n) != n) {
        exit(EXIT_FAILURE);
    }
}

static void answer_result(const struct guest *guest, vfdc_result result)
{
    answer(guest, vfdc_failed(result) ? vfdc_floppy_drive_exception(guest->drive)->error.text
                                      : "ok");
}

/* A data command on cylinder 0, after a reset: whether it went well. */
static bool transfer(struct rig *rig, int command, int head)
{
    uint8_t st0 = 0;

    cmd(rig, command, head << 2, 0, head, 1, 2, 18, 0x1b, 0xff);
    run_until_irq(rig);
    for (unsigned i = 0; i < 7; i++) {
        uint8_t byte = rig_in(rig, 5);

        st0 = i == 0 ? byte : st0;
    }
    return (st0 & 0xc0) == 0x00;
}

static void put(struct guest *guest, int head, int pattern)
{
    uint8_t bytes[TRACK_BYTES];

    memset(bytes, pattern, sizeof(bytes));
    dma_write(guest->rig, bytes, sizeof(bytes));
    answer(guest, transfer(guest->rig, 0x45, head) ? "ok" : "refused");
}

static void get(struct guest *guest, int head)
{
    const uint8_t *bytes = guest->rig->dma_bytes;
    char text[16];
    bool is_one = true;

    dma_read(guest->rig, TRACK_BYTES);
    if (!transfer(guest->rig, 0x46, head)) {
        answer(guest, "unreadable");
        return;
    }
    for (size_t i = 1; i < TRACK_BYTES; i++) {
        is_one = is_one && bytes[i] == bytes[0];
    }
    snprintf(text, sizeof(text), "%d", bytes[0]);
    answer(guest, is_one ? text : "torn");
}

static vfdc_result operate(struct guest *guest)
{
    static const struct vfdc_attach_options read_only = { .read_only = true };
    const char *line = guest->line;

    if (strncmp(line, "attach-read-only ", 17) == 0) {
        return vfdc_floppy_drive_attach_image(guest->drive, line + 17, &read_only);
    }
    if (strncmp(line, "attach ", 7) == 0) {
        return vfdc_floppy_drive_attach_image(guest->drive, line + 7, NULL);
    }
    if (strncmp(line, "attach-drive ", 13) == 0) {
        return vfdc_floppy_drive_attach_host_drive(guest->drive, line + 13, NULL);
    }
    if (strcmp(line, "flush") == 0) {
        return vfdc_floppy_drive_flush_image(guest->drive);
    }
    if (strcmp(line, "release") == 0) {
        return vfdc_floppy_drive_release_image(guest->drive);
    }
    if (strcmp(line, "release-drive") == 0) {
        return vfdc_floppy_drive_release_host_drive(guest->drive);
    }
    fprintf(stderr, "guest: what is \"%s\"?\n", line);
    exit(EXIT_FAILURE);
}

static void obey(struct guest *guest)
{
    int head, pattern;

    if (sscanf(guest->line, "write %d %d", &head, &pattern) == 2) {
        put(guest, head, pattern);
    } else if (sscanf(guest->line, "read %d", &head) == 1) {
        get(guest, head);
    } else if (strncmp(guest->line, "run ", 4) == 0) {
        answer(guest, system(guest->line + 4) == 0 ? "ok" : "failed");
    } else if (strcmp(guest->line, "die") == 0) {
        (void)kill(getpid(), SIGKILL);
    } else {
        answer_result(guest, operate(guest));
    }
}

int main(void)
{
    struct guest guest = { .rig = rig_new(NULL) };

    guest.drive = vfdc_floppy_drive_of(guest.rig->fdc, 0);
    power_on(guest.rig, 0x1c);
    while (fgets(guest.line, sizeof(guest.line), stdin) != NULL) {
        guest.line[strcspn(guest.line, "\n")] = '\0';
        obey(&guest);
    }
    vfdc_floppy_drive_unref(guest.drive);
    rig_free(guest.rig);
    return EXIT_SUCCESS;
}
