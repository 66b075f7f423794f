/*
 * vfdc-compare: a PC in QEMU, seen from its bus.
 *
 * Debian's QEMU has no machine without a processor, whose clock a test could step: TCG runs a
 * halted one.  With `sleep=off` the time of an idle machine jumps from deadline to deadline, so
 * the machine is stopped, and its time with it, but where time is to pass.
 */
#include "qemu.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../vfdc-script/alloc.h"
#include "../vfdc-script/number.h"

enum {
    ROM_BYTES = 0x10000,
    ROM_START = 0xfff0,
    MONITOR_FD = 3,
    N_LOOKS = 3000, /* at the interrupt line, a millisecond between them */
    PORT_WITHOUT_DEVICE = 0x84,
};

#define QEMU "qemu-system-i386"

bool qemu_write_rom(const char *path)
{
    static const char start[] = { '\xfa', '\xf4', '\xeb', '\xfd' }; /* cli; hlt; jmp to hlt */
    static char rom[ROM_BYTES];
    FILE *file = fopen(path, "wb");
    bool is_whole;

    if (file == NULL) {
        return false;
    }
    memset(rom, '\xf4', sizeof rom);
    memcpy(rom + ROM_START, start, sizeof start);
    is_whole = fwrite(rom, 1, sizeof rom, file) == sizeof rom;
    return fclose(file) == 0 && is_whole;
}

/* In the child: the wires at the descriptors that the command line names. */
static void become_qemu(int bus, int monitor, const char *rom, const char *const drive_type[])
{
    char *argument[32] = {
        QEMU, "-M", "pc", "-accel", "tcg", "-icount", "shift=0,sleep=off", "-S", "-m", "16",
        "-bios", alloc_text(rom, strlen(rom)), "-display", "none", "-nodefaults",
        "-qtest", "stdio", "-qtest-log", "none",
        "-chardev", "socket,id=monitor,fd=3", "-mon", "chardev=monitor,mode=control",
    };
    size_t n = 0;

    while (argument[n] != NULL) {
        n++;
    }
    for (unsigned unit = 0; unit < QEMU_N_DRIVES; unit++) {
        if (drive_type[unit] != NULL) {
            argument[n++] = "-device";
            argument[n++] = alloc_format("floppy,id=fd%u,unit=%u,drive-type=%s", unit, unit,
                                         drive_type[unit]);
        }
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(bus, STDIN_FILENO);
    dup2(bus, STDOUT_FILENO);
    dup2(monitor, MONITOR_FD);
    execvp(QEMU, argument);
    perror(QEMU);
    _exit(127);
}

static void check_wires(struct qemu *qemu)
{
    qemu->is_lost = qemu->is_lost || qemu->bus.is_dead || qemu->monitor.is_dead;
}

/* One request on the bus and its answer; what the interrupt lines did comes before that. */
static const char *ask_bus(struct qemu *qemu, const char *request)
{
    const char *line = "";

    wire_send(&qemu->bus, request);
    wire_send(&qemu->bus, "\n");
    while (!qemu->is_lost) {
        line = wire_line(&qemu->bus);
        check_wires(qemu);
        if (strncmp(line, "OK", 2) == 0) {
            return line[2] == ' ' ? line + 3 : line + 2;
        }
        if (strcmp(line, "IRQ raise 6") == 0 || strcmp(line, "IRQ lower 6") == 0) {
            qemu->irq = line[4] == 'r';
        } else if (strncmp(line, "IRQ ", 4) != 0) {
            qemu->is_lost = true;
        }
    }
    return "";
}

/* The next line from the monitor; of what it tells unasked, only a reset is of interest. */
static const char *monitor_line(struct qemu *qemu)
{
    const char *line = wire_line(&qemu->monitor);

    check_wires(qemu);
    qemu->was_reset = qemu->was_reset || strstr(line, "\"event\": \"RESET\"") != NULL;
    return line;
}

/* One command to the monitor.  False if it is refused. */
static bool ask_monitor(struct qemu *qemu, const char *command)
{
    wire_send(&qemu->monitor, command);
    while (!qemu->is_lost) {
        const char *line = monitor_line(qemu);

        if (strncmp(line, "{\"return\"", 9) == 0) {
            return true;
        }
        if (strncmp(line, "{\"error\"", 8) == 0) {
            return false;
        }
    }
    return false;
}

static bool make_wires(int bus[2], int monitor[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, bus) != 0) {
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, monitor) != 0) {
        close(bus[0]);
        close(bus[1]);
        return false;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(bus[i], F_SETFD, FD_CLOEXEC);
        fcntl(monitor[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

bool qemu_start(struct qemu *qemu, const char *rom, const char *const drive_type[])
{
    int bus[2];
    int monitor[2];

    *qemu = (struct qemu){ .is_lost = true };
    if (!make_wires(bus, monitor)) {
        return false;
    }
    qemu->pid = fork();
    if (qemu->pid == 0) {
        become_qemu(bus[1], monitor[1], rom, drive_type);
    }
    close(bus[1]);
    close(monitor[1]);
    wire_init(&qemu->bus, bus[0]);
    wire_init(&qemu->monitor, monitor[0]);
    qemu->is_lost = qemu->pid < 0;
    monitor_line(qemu); /* it speaks first, and must be let */
    ask_monitor(qemu, "{\"execute\":\"qmp_capabilities\"}\n");
    ask_bus(qemu, "irq_intercept_in ioapic");
    return !qemu->is_lost;
}

void qemu_stop(struct qemu *qemu)
{
    if (qemu->pid > 0) {
        kill(qemu->pid, SIGKILL);
        waitpid(qemu->pid, NULL, 0);
        wire_free(&qemu->bus);
        wire_free(&qemu->monitor);
    }
    *qemu = (struct qemu){ .is_lost = true };
}

uint8_t qemu_in(struct qemu *qemu, unsigned port)
{
    char request[32];
    uint64_t value = 0xff;
    const char *answer;

    snprintf(request, sizeof request, "inb 0x%x", port);
    answer = ask_bus(qemu, request);
    if (strncmp(answer, "0x", 2) != 0 || !number_hex(answer + 2, 0xff, &value)) {
        qemu->is_lost = true;
    }
    return (uint8_t)value;
}

void qemu_out(struct qemu *qemu, unsigned port, uint8_t value)
{
    char request[32];

    snprintf(request, sizeof request, "outb 0x%x 0x%x", port, value);
    ask_bus(qemu, request);
}

void qemu_fill(struct qemu *qemu, uint32_t address, size_t n_bytes, uint8_t value)
{
    char request[64];

    snprintf(request, sizeof request, "memset 0x%" PRIx32 " 0x%zx 0x%x", address, n_bytes,
             value);
    ask_bus(qemu, request);
}

void qemu_write(struct qemu *qemu, uint32_t address, const uint8_t *bytes, size_t n_bytes)
{
    char *digits = alloc_zeroed(2 * n_bytes + 1);
    char *request;

    for (size_t i = 0; i < n_bytes; i++) {
        snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
    }
    request = alloc_format("write 0x%" PRIx32 " 0x%zx 0x%s", address, n_bytes, digits);
    ask_bus(qemu, request);
    free(request);
    free(digits);
}

void qemu_read(struct qemu *qemu, uint32_t address, uint8_t *bytes, size_t n_bytes)
{
    char request[64];
    const char *answer;

    snprintf(request, sizeof request, "read 0x%" PRIx32 " 0x%zx", address, n_bytes);
    answer = ask_bus(qemu, request);
    if (strlen(answer) != 2 + 2 * n_bytes) {
        qemu->is_lost = true;
        return;
    }
    for (size_t i = 0; i < n_bytes; i++) {
        uint8_t high = 0;
        uint8_t low = 0;

        number_hex_digit(answer[2 + 2 * i], &high);
        number_hex_digit(answer[3 + 2 * i], &low);
        bytes[i] = (uint8_t)(high << 4 | low);
    }
}

void qemu_let_time_pass(struct qemu *qemu)
{
    const struct timespec pause = { .tv_nsec = 1000000 };

    ask_monitor(qemu, "{\"execute\":\"cont\"}\n");
    for (unsigned i = 0; i < N_LOOKS && !qemu->irq && !qemu->is_lost; i++) {
        nanosleep(&pause, NULL);
        qemu_in(qemu, PORT_WITHOUT_DEVICE); /* what happened is told before the answer */
    }
    ask_monitor(qemu, "{\"execute\":\"stop\"}\n");
    qemu_in(qemu, PORT_WITHOUT_DEVICE);
}

bool qemu_insert(struct qemu *qemu, unsigned unit, const char *path, bool is_read_only)
{
    char *command = alloc_format("{\"execute\":\"blockdev-change-medium\",\"arguments\":"
                                 "{\"id\":\"fd%u\",\"filename\":\"%s\",\"format\":\"raw\","
                                 "\"read-only-mode\":\"read-%s\"}}\n",
                                 unit, path, is_read_only ? "only" : "write");
    bool is_done = ask_monitor(qemu, command);

    free(command);
    return is_done;
}

bool qemu_eject(struct qemu *qemu, unsigned unit)
{
    char command[80];

    snprintf(command, sizeof command,
             "{\"execute\":\"eject\",\"arguments\":{\"id\":\"fd%u\",\"force\":true}}\n", unit);
    return ask_monitor(qemu, command);
}

/* The monitor may answer before the reset or after. */
void qemu_reset(struct qemu *qemu)
{
    qemu->was_reset = false;
    ask_monitor(qemu, "{\"execute\":\"system_reset\"}\n");
    while (!qemu->was_reset && !qemu->is_lost) {
        monitor_line(qemu);
    }
    qemu_in(qemu, PORT_WITHOUT_DEVICE);
}
