/*
 * libvfdc: the chip.  An Intel 82077AA floppy-disk controller with up to four drives,
 * as a machine's side sees it: eight ports, an interrupt line, a DMA channel, time.
 *
 * Example:
 *
 *     static uint64_t clock_ns(void *opaque) { return *(uint64_t *)opaque; }
 *     static void arm(void *opaque, uint64_t deadline_ns) { (void)opaque; (void)deadline_ns; }
 *     static void irq(void *opaque, bool level) { (void)opaque; (void)level; }
 *     static size_t dma(void *opaque, enum vfdc_dma_direction direction, void *bytes,
 *                       size_t n_bytes, bool *terminal_count)
 *     {
 *         (void)opaque; (void)direction; (void)bytes; (void)n_bytes; (void)terminal_count;
 *         return 0;
 *     }
 *
 *     uint8_t power_on_and_look(uint64_t *time_ns)
 *     {
 *         static const struct vfdc_host host = {
 *             .now_ns = clock_ns, .arm_timer = arm, .set_irq = irq, .dma = dma,
 *         };
 *         static const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };
 *         struct vfdc_controller *fdc = NULL;
 *         uint8_t msr;
 *
 *         if (vfdc_failed(vfdc_controller_create(&config, &host, time_ns, &fdc))) {
 *             return 0xff;
 *         }
 *         vfdc_controller_write(fdc, 2, 0x0c);
 *         msr = vfdc_controller_read(fdc, 4);
 *         vfdc_controller_destroy(fdc);
 *         return msr;
 *     }
 *
 * The host must
 * - hand on every access to its floppy ports (on a PC 3F0h-3F5h and 3F7h, or 370h up) with the
 *   offset from the base; a word access is two byte accesses, lower port first;
 * - merge bit 7 of a read of offset 7 with the hard disk's bits 6-0 where it has one at 3F7h;
 * - connect set_irq to IRQ 6 (a level here; the PC's 8259 sees its rising edge) and dma to
 *   channel 2;
 * - call vfdc_controller_timer_expired() once its clock has reached the armed deadline.
 *
 * Not emulated: flux, analogue behaviour, the tape drive that TDR selects, and what a raw image
 * cannot hold: FM, IDs with a bad CRC, sectors of several sizes on a track.
 *
 * Threads: controllers share nothing.  One controller and all that hangs on it (its media,
 * its drives' handles) are the caller's to serialise; no call sleeps or waits.
 *
 * Callbacks: they come from inside the calls below, in the caller's thread, when the
 * controller's state is settled.  A callback must not call back into the same controller:
 * such a call changes nothing and answers E_UNEXPECTED (a port read FFh, a pointer NULL); only
 * vfdc_controller_state_ok() may be asked.
 *
 * Errors: a call that fails has changed nothing.  A NULL controller is E_POINTER.  Nothing that
 * a guest writes, and nothing that is in an image, makes any call fail: that is status bytes,
 * and a report to the host where the host may want to know.
 *
 * Source of the register and command behaviour: Intel 82077AA data sheet, order 290166.
 */
#ifndef VFDC_CONTROLLER_H
#define VFDC_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vfdc/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vfdc_controller;
struct vfdc_media;

/* Drives on one controller; a unit is a number below this. */
#define VFDC_N_UNITS 4

/* A deadline that never comes: nothing is armed. */
#define VFDC_NEVER UINT64_MAX

/* The registers that the mode strap selects (data sheet, pins IDENT and MFM at reset). */
enum vfdc_strap {
    VFDC_STRAP_AT = 0,
    VFDC_STRAP_PS2,
    VFDC_STRAP_MODEL30,
};

/*
 * How time is kept.  Both profiles run the same machine and give the same status bytes in the
 * same order, but for over- and underruns, which only ACCURATE knows.  FAST shortens each delay
 * to what drivers need and moves data in bulk; ACCURATE steps, settles, turns and moves each byte
 * as chip and drive do.
 */
enum vfdc_timing {
    VFDC_TIMING_FAST = 0,
    VFDC_TIMING_ACCURATE,
};

/*
 * What a command does that needs index pulses when there are none: no disk, motor off, drive
 * not selected or not fitted.  The chip itself waits without end (data sheet, "the 82077AA
 * will hang"); ENDS gives up with IC=01 and MA after a delay (20 ms in FAST, two revolutions in
 * ACCURATE), so that firmware that probes an empty drive does not sit out its timeout.
 */
enum vfdc_empty {
    VFDC_EMPTY_DEFAULT = 0, /* ENDS with FAST, HANGS with ACCURATE */
    VFDC_EMPTY_ENDS,
    VFDC_EMPTY_HANGS,
};

/* When dirty sectors go to their medium by themselves (vfdc_media_flush and release always do). */
enum vfdc_flush_policy {
    VFDC_FLUSH_MOTOR_OFF = 0, /* 1 ms after the guest turned the motor off, in the timer call */
    VFDC_FLUSH_WRITE_THROUGH, /* at the end of each write command, before its result phase */
    VFDC_FLUSH_RELEASE,       /* only when the host asks; told of a stopped motor by a report */
};

/* The mechanism fitted as a unit. */
enum vfdc_drive_type {
    VFDC_DRIVE_NONE = 0,
    VFDC_DRIVE_360K,  /* 5.25", 40 cylinders, 300 rpm, no change line */
    VFDC_DRIVE_1200K, /* 5.25", 80 cylinders, 360 rpm */
    VFDC_DRIVE_720K,  /* 3.5", 80 cylinders */
    VFDC_DRIVE_1440K, /* 3.5", 80 cylinders */
    VFDC_DRIVE_2880K, /* 3.5", 80 cylinders, perpendicular */
};

/* What a controller is made as.  All zero is a fast AT-mode chip without a drive. */
struct vfdc_config {
    enum vfdc_strap strap;
    enum vfdc_timing timing;
    enum vfdc_empty empty;
    enum vfdc_flush_policy flush_policy;
    enum vfdc_drive_type drive[VFDC_N_UNITS];
};

enum vfdc_dma_direction {
    VFDC_DMA_TO_MEMORY,   /* a read: `bytes` is only to be read */
    VFDC_DMA_FROM_MEMORY, /* a write or a format: `bytes` is to be filled */
};

/* News for the host that no guest sees.  More kinds may come: ignore those you do not know. */
enum vfdc_report_kind {
    VFDC_REPORT_FORMAT_REFUSED, /* FORMAT TRACK of what the image cannot hold; ended with NW */
    VFDC_REPORT_READ_ERROR,     /* the medium could not be read: DE and DD for the guest */
    VFDC_REPORT_WRITE_ERROR,    /* the medium could not keep a sector: DE and DD for the guest */
    VFDC_REPORT_FLUSH_ERROR,    /* a flush by policy failed; what was dirty is dirty still */
    VFDC_REPORT_MARKS_LOST,     /* a flush could not keep deleted marks: a raw image has none */
    VFDC_REPORT_READ_ONLY,      /* attached protected: the file cannot be written, or is too long */
    VFDC_REPORT_SHORT_IMAGE,    /* attached, but shorter than its disk: the rest reads as zeros */
    VFDC_REPORT_IN_PLACE,       /* attached without a journal: a flush that is cut leaves a mix */
    VFDC_REPORT_UNLOCKED,       /* attached without locks: others may open the image too */
    VFDC_REPORT_JOURNAL_APPLIED, /* what a holder that died had written was recovered */
    VFDC_REPORT_JOURNAL_ASIDE,  /* a journal that is not this image's was renamed, not applied */
    VFDC_REPORT_IMAGE_MODIFIED, /* another program wrote to the file: seen at a flush */
    VFDC_REPORT_IMAGE_GONE,     /* the file has no name any more, or another has it: likewise */
    VFDC_REPORT_FLUSH_DUE,      /* FLUSH_RELEASE, 1 ms after the motor stopped: sectors are dirty */
};

struct vfdc_report {
    enum vfdc_report_kind kind;
    uint8_t unit;     /* 0-3 */
    uint8_t cylinder; /* of the medium; 0 where the report is about no sector */
    uint8_t head;     /* 0-1 */
    uint8_t sector;   /* R, from 1; 0 where the report is about no single sector */
};

/*
 * What the machine lends the chip.  The table is copied; `opaque` goes with every call.
 * now_ns, arm_timer and set_irq are required.
 */
struct vfdc_host {
    /*
     * Virtual time in nanoseconds, from any origin.  Read when a deadline is armed or may have
     * passed, at most once a call.  Should it jump back, deadlines keep their absolute values;
     * should it jump ahead, what is due happens.  A deadline past the end of time never comes.
     */
    uint64_t (*now_ns)(void *opaque);

    /*
     * Call vfdc_controller_timer_expired() when now_ns() reaches `deadline_ns`; VFDC_NEVER
     * disarms.  Each call replaces the last.  Called only when the deadline changed.
     */
    void (*arm_timer)(void *opaque, uint64_t deadline_ns);

    /* The INT pin, gated as DOR bit 3 says.  Called only when the level changed. */
    void (*set_irq)(void *opaque, bool level);

    /*
     * The DRQ pin.  Up while the chip waits for a DMA channel that moved nothing; a transfer
     * that dma() serves at once shows no change.  May be NULL.
     */
    void (*set_drq)(void *opaque, bool level);

    /*
     * Move up to `n_bytes` (at least 1) through the DMA channel and return how many were moved.
     * Set *terminal_count (false before the call) if the channel's count ran out with the last
     * of them.  0 is an answer: the channel is masked or not ready; the chip asks again after
     * 1 ms or when vfdc_controller_dma_ready() is called.  An answer above `n_bytes` counts as
     * `n_bytes`.  `bytes` is the library's, valid for this call; it may be the medium's own
     * memory, several sectors at once.  In the 8237's verify mode count the bytes and drop
     * them.  May be NULL: then DMA commands find a channel that never moves anything.
     */
    size_t (*dma)(void *opaque, enum vfdc_dma_direction direction, void *bytes, size_t n_bytes,
                  bool *terminal_count);

    /* May be NULL. */
    void (*report)(void *opaque, const struct vfdc_report *report);
};

/* Bytes of memory a controller takes: a constant of this build of the library. */
VFDC_API size_t vfdc_controller_size(void);

/*
 * Power on a controller in the caller's memory: `n_bytes` at `memory`, at least
 * vfdc_controller_size(), aligned as malloc() aligns; in use until the caller drops it, which
 * takes no call (eject what is inserted first).  `config` NULL is all defaults; it and `host` are
 * only read.  The RESET pin is pulsed: DOR is 00, so the chip stays in reset until the guest sets
 * DOR bit 2.  now_ns runs, to give the disks their turn; no other callback.  Heads stand on
 * cylinder 0, the change lines are up.
 *
 * Such a controller has no operator's door: vfdc_floppy_drive_of() finds no drives on it.
 *
 * E_POINTER: `memory`, `host`, a required callback or `controller` is NULL.
 * E_INVALIDARG: memory too small or misaligned, or a value in `config` that is no enumerator.
 * On failure *controller is NULL (if `controller` is not).
 */
VFDC_API vfdc_result vfdc_controller_init(void *memory, size_t n_bytes,
                                          const struct vfdc_config *config,
                                          const struct vfdc_host *host, void *opaque,
                                          struct vfdc_controller **controller);

/*
 * The same in one block of the heap, with the operator's door (floppy_drive.h).  Undone by
 * vfdc_controller_destroy().  Also E_OUTOFMEMORY.  Not in libvfdc-core.
 */
VFDC_API vfdc_result vfdc_controller_create(const struct vfdc_config *config,
                                            const struct vfdc_host *host, void *opaque,
                                            struct vfdc_controller **controller);

/*
 * Destroy what vfdc_controller_create() made.  What is attached through the operator's door is
 * flushed, ejected and closed, with its eject event; what a flush cannot write is reported and
 * lost with the machine (flush first to be able to retry).  A flush by parts that is under way is
 * such a case: it goes on alone, and its end closes the medium.  A medium the host put in by
 * vfdc_controller_insert() is only taken out.  The events come last: `controller` is gone then,
 * and not to be called.  This may be in any phase of any command.  Handles of drives stay valid
 * and answer VM_E_VM_UNKNOWN from here on.  The host drops its timer and takes both lines as low;
 * it is not told.  NULL is nothing to do.  Not to be called from a callback: such a call does
 * nothing.  Not in libvfdc-core.
 */
VFDC_API void vfdc_controller_destroy(struct vfdc_controller *controller);

/*
 * A pulse on the RESET pin: all registers as after power-on (data sheet, "hardware reset"),
 * but for what the drives keep: disks, head positions, change lines.  set_irq, set_drq and
 * arm_timer may run.
 */
VFDC_API vfdc_result vfdc_controller_reset(struct vfdc_controller *controller);

/*
 * One byte from or to the port at `offset` 0-7 from the base.  Undriven bits and registers read
 * as ones.  The interrupt line never rises inside the write that starts work.  A read of a
 * larger offset, or without a controller, is FFh; a write E_INVALIDARG or E_POINTER.  Any
 * callback may run.
 *
 *   offset  read             write
 *   0 1     SRA SRB          -        (not driven in AT mode)
 *   2 3     DOR TDR          DOR TDR
 *   4       MSR              DSR
 *   5       FIFO             FIFO
 *   6       -                -        (the hard disk's on a PC)
 *   7       DIR              CCR
 */
VFDC_API uint8_t vfdc_controller_read(struct vfdc_controller *controller, unsigned offset);
VFDC_API vfdc_result vfdc_controller_write(struct vfdc_controller *controller, unsigned offset,
                                           uint8_t value);

/*
 * The clock has reached the armed deadline.  Early, late and needless calls are harmless: what
 * is due by now_ns() happens, in the order of the deadlines, and nothing else.  What is due and
 * gets no call waits for the next one that looks at the clock.  Any callback may run.
 */
VFDC_API vfdc_result vfdc_controller_timer_expired(struct vfdc_controller *controller);

/*
 * The DMA channel can move bytes now (it was unmasked or set up).  If the chip waits for it,
 * it is asked at once, in this call.  Otherwise nothing happens.
 */
VFDC_API vfdc_result vfdc_controller_dma_ready(struct vfdc_controller *controller);

/*
 * A pulse on the TC pin outside dma(): for hosts that end non-DMA transfers so, or whose DMA
 * runs apart.  Ignored, as by the chip, unless a data transfer is being executed and DOR bit 3
 * lets TC in.
 */
VFDC_API vfdc_result vfdc_controller_terminal_count(struct vfdc_controller *controller);

/*
 * Put a medium into a drive.  It stays the caller's, and must stay open, and out of any other
 * drive, until it is ejected.
 * The guest sees the change line go on standing until a step pulse clears it; an operator who
 * swaps disks leaves the drive empty in between (2.5 s for guests that only poll).  A command
 * that waits for index pulses goes on; one that lost its disk does not get the new one.
 *
 * VM_E_DRIVE_INVALID: no drive is fitted as `unit`, or there is no such unit.
 * VM_E_DRIVE_IN_USE: it holds a disk.  E_INVALIDARG: a geometry outside the ranges of media.h.
 */
VFDC_API vfdc_result vfdc_controller_insert(struct vfdc_controller *controller, unsigned unit,
                                            struct vfdc_media *media);

/*
 * Take the medium out: no flush, no close.  The change line rises.  A transfer in progress
 * keeps the sectors it has whole, drops the one it has in part, and goes on without a disk:
 * no byte of it ever reaches the next one.  *media (may be NULL) gets the medium.  What was
 * attached through the operator's door is released there and not here.
 *
 * VM_E_DRIVE_INVALID as above.  VM_E_NO_MEDIA_CAPTURED: the drive is empty.
 */
VFDC_API vfdc_result vfdc_controller_eject(struct vfdc_controller *controller, unsigned unit,
                                           struct vfdc_media **media);

/* A saved state is never longer. */
#define VFDC_STATE_MAX_BYTES 4096u

/*
 * Write the controller's state to `buf` of `n_bytes`; VFDC_STATE_MAX_BYTES always do.  *n_used
 * (may be NULL) is its length, also where `n_bytes` are too few.  What is due happens first, so
 * any callback may run; nothing else changes.
 *
 * The state is plain little-endian bytes, the same on every machine: registers, phase, a command
 * in progress with the sector it moves, head positions, change lines, the time left of every
 * deadline.  The disks are not in it, nor what is dirty on them, nor their marks and formats.
 *
 * E_POINTER; E_INVALIDARG: too few bytes, `buf` then has no meaning.  Never more than `n_bytes`
 * are written.
 */
VFDC_API vfdc_result vfdc_controller_save(struct vfdc_controller *controller, void *buf,
                                          size_t n_bytes, size_t *n_used);

/*
 * Put the controller in a state that vfdc_controller_save() wrote earlier.
 *
 * `buf` holds `n_bytes` bytes, is only read, and may be freed on return.  Its content is not
 * trusted: any bytes at all are safe to pass.  The controller must have been made with the same
 * strap, timing and drive types.
 *
 * Insert the same media before calling.  A drive whose disk has another layout than it had, or
 * that has one too many or too few, shows a change of disk, and a command that was using it goes
 * on without one.  Deadlines resume with the time they had left, counted from the host's clock
 * now.  set_irq, set_drq and arm_timer are called before return, each at least once, so that a
 * fresh host need not guess the lines.
 *
 * VM_E_PREF_SAVED_STATE_BAD_VERSION: the state is from a newer library.  E_INVALIDARG: it is
 * damaged, or of a controller made otherwise.  On error the controller is unchanged and no
 * callback but now_ns has been made.
 */
VFDC_API vfdc_result vfdc_controller_restore(struct vfdc_controller *controller, const void *buf,
                                             size_t n_bytes);

/*
 * Whether the controller's state is one that it can be in: for tests and fuzzers, which ask after
 * every call.  False without a controller.
 */
VFDC_API bool vfdc_controller_state_ok(const struct vfdc_controller *controller);

/*
 * The data sheet's name of the command that starts with this byte, such as "READ DATA", or
 * "INVALID": for logs and counters.  A constant string.
 */
VFDC_API const char *vfdc_command_name(uint8_t first_byte);

#ifdef __cplusplus
}
#endif

#endif
