/*
 * What a controller consists of.  `struct fdc_state` is everything a guest can see or change:
 * plain numbers, no pointer.  `struct vfdc_controller` adds what the host lent and put in.
 */
#ifndef FDC_STATE_H
#define FDC_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <vfdc/controller.h>
#include <vfdc/media.h>

#include "fifo.h"
#include "regs.h"

/*
 * Phases, each with one value of MSR (its table is in phase.h).  From PIO_READ on a data command
 * is in execution.  While one of the last three lasts, an expired deadline may bring another:
 * reading MSR then asks the clock.
 */
enum fdc_phase {
    FDC_PHASE_RESET,      /* held in reset by DOR bit 2 */
    FDC_PHASE_IDLE,       /* ready for a command */
    FDC_PHASE_COMMAND,    /* collecting parameters */
    FDC_PHASE_RESULT,     /* result bytes are to be read */
    FDC_PHASE_PIO_READ,   /* non-DMA execution: a byte is to be read */
    FDC_PHASE_PIO_WRITE,  /* non-DMA execution: a byte is wanted */
    FDC_PHASE_EXECUTION,  /* busy; or DMA */
    FDC_PHASE_PIO_READ_WAIT,
    FDC_PHASE_PIO_WRITE_WAIT,
    FDC_N_PHASES
};

/* What a data command in execution waits for; what happens then, transfer.c knows. */
enum fdc_stage {
    FDC_STAGE_HELD,      /* a seek of the same drive, begun before */
    FDC_STAGE_SEEKING,   /* its own implied seek */
    FDC_STAGE_SEARCHING, /* the sought ID, or the two index pulses that end the search */
    FDC_STAGE_MOVING,    /* the host, to take or give bytes */
    FDC_STAGE_ENDING     /* its result phase */
};

/* How a data command goes: the row of the outcomes table in ending.c. */
enum fdc_outcome {
    FDC_OUTCOME_OK,
    FDC_OUTCOME_NO_INDEX,       /* nothing turns under the head */
    FDC_OUTCOME_NO_ID,          /* no ID mark readable on the track */
    FDC_OUTCOME_NO_SECTOR,      /* IDs, but not the one sought */
    FDC_OUTCOME_WRONG_CYLINDER, /* the same, and they name another cylinder */
    FDC_OUTCOME_BAD_DATA,
    FDC_OUTCOME_NOT_WRITABLE,
    FDC_OUTCOME_OVERRUN, /* the host was too late for a byte */
    FDC_OUTCOME_END_OF_CYLINDER, /* EOT without TC */
    FDC_N_OUTCOMES
};

enum fdc_transfer {
    FDC_TRANSFER_READ,
    FDC_TRANSFER_READ_DELETED,
    FDC_TRANSFER_READ_TRACK,
    FDC_TRANSFER_VERIFY,
    FDC_TRANSFER_WRITE,
    FDC_TRANSFER_WRITE_DELETED,
    FDC_TRANSFER_FORMAT,
    FDC_TRANSFER_READ_ID,
    FDC_N_TRANSFERS
};

/* Deadlines, a slot a kind. */
enum fdc_event {
    FDC_EVENT_SEEK0, /* the next step pulse of unit 0; units 1-3 follow */
    FDC_EVENT_COMMAND = VFDC_N_UNITS,
    FDC_EVENT_POLL,  /* the polling interrupt after a reset */
    FDC_EVENT_LINE,  /* the interrupt line may rise (again) */
    FDC_EVENT_FLUSH, /* a motor has been off long enough for its disk to be flushed */
    FDC_N_EVENTS
};

/* Why the interrupt line is up. */
#define FDC_INT_RESULT 0x01u
#define FDC_INT_PIO 0x02u
#define FDC_INT_SEEK 0x04u
#define FDC_INT_POLL 0x08u

enum fdc_seek_kind {
    FDC_SEEK_NONE,
    FDC_SEEK_SEEK,
    FDC_SEEK_RECALIBRATE,
    FDC_SEEK_RELATIVE,
    FDC_SEEK_IMPLIED,
    FDC_N_SEEK_KINDS
};

/* The numbers in a sector's ID. */
struct fdc_chrn {
    uint8_t c, h, r, n;
};

/* A seek in progress, of the unit that the command named. */
struct fdc_seek {
    uint8_t kind;
    uint8_t steps; /* pulses still to be made at most */
    bool inward;
    uint32_t step_ns;
};

/* The mechanism of a unit. */
struct fdc_fdd {
    uint8_t cylinder; /* where the head stands */
    uint8_t passed_r; /* `fast`: the sector that passed it last; 0 is the index */
    bool changed;     /* the disk-change latch */
    uint64_t index_ns;   /* a time at which the index passed */
    uint64_t spun_up_ns; /* its motor is at speed from here on; VFDC_NEVER while it is off */
};

/* A data command in execution. */
struct fdc_job {
    uint8_t transfer; /* enum fdc_transfer */
    uint8_t stage;    /* enum fdc_stage */
    uint8_t outcome;  /* enum fdc_outcome: awaited while SEARCHING, the end's while ENDING */
    uint8_t unit;     /* DS of the command: PCN, busy bit, ST0 */
    uint8_t head;     /* HDS: the side that is read */
    uint8_t last_head; /* of the last sector transferred */
    uint8_t eot;
    uint8_t dtl;       /* or VERIFY's SC; FORMAT's GPL */
    uint8_t n_ids;     /* FORMAT: SC */
    uint8_t size_code; /* FORMAT: N */
    uint8_t filler;    /* FORMAT: D */
    uint8_t fdd;       /* that is searched, and has the sector in transfer; or FDD_NONE */
    uint8_t fdds;      /* mask: every unit that the search has been on */
    uint8_t lost;      /* mask of them: their disks left; for this command they are empty */
    uint8_t place;     /* READ ID, READ TRACK: of the sector on the track */
    uint8_t st1, st2;  /* noted on the way */
    uint8_t st1_before, st2_before; /* the same, before this sector */
    bool mt, mfm, sk, non_dma;
    bool counts;    /* VERIFY: EC, it ends once `n_left` is 0; else at EOT */
    bool sought;    /* an implied seek made steps: SE */
    bool tc;
    bool stops;     /* after this sector: it has the other data mark */
    bool is_bad;    /* this sector's data CRC */
    bool is_skipped; /* it has the other data mark, and SK is set */
    bool is_staged; /* this sector's data is in `staging` */
    bool request;   /* the FIFO asks for service */
    uint16_t n_left;  /* VERIFY: sectors still to be verified for a normal end */
    uint16_t pos;     /* of the host in the sector's bytes, or in FORMAT's IDs */
    uint16_t n_bytes; /* that the host moves of this sector */
    uint16_t size;    /* that pass the head */
    uint32_t span_ns, span_bytes; /* so many bytes pass in so long */
    uint64_t ready_ns; /* the head is loaded */
    uint64_t data_ns;  /* the first of `size` bytes passes */
    uint64_t passed_ns; /* all have, with the CRC; or FORMAT's track; 0 in `fast` */
};

/* What a READ TRACK with the largest N takes of a sector and what lies behind it. */
#define FDC_MAX_TRANSFER_BYTES 16384u

/* One sector of the largest size, or FORMAT's 255 IDs. */
#define FDC_STAGING_BYTES 1024u

/* What a gap is made of. */
#define FDC_GAP_BYTE 0x4eu

struct fdc_state {
    /* The hot part: what a port access looks at first. */
    uint8_t phase; /* enum fdc_phase */
    uint8_t drive_busy;
    uint8_t int_causes;
    bool int_level; /* before DMAGATE */
    bool drq;       /* the same */
    struct fdc_job job;

    uint64_t deadline_ns[FDC_N_EVENTS];

    /* Registers. */
    uint8_t dor;
    uint8_t tdr;
    uint8_t precomp;
    uint8_t data_rate;
    bool noprec;       /* Model 30's CCR */
    bool is_powered_down;

    /* What SRA and SRB show. */
    bool step_latch;
    bool inward;       /* the DIR line */
    uint8_t hdsel;     /* the head line */
    uint8_t dsel0;     /* DOR bit 0 as last written; only the RESET pin clears it */
    bool rd_flip, wr_flip; /* change with each sector that passes */
    bool rd_latch, wr_latch, we_latch;
    uint64_t step_ns;  /* of the last step pulse */

    /* SPECIFY, CONFIGURE, PERPENDICULAR, LOCK, as DUMPREG shows them. */
    uint8_t srt_hut;
    uint8_t hlt_nd;
    uint8_t config;
    uint8_t pretrk;
    uint8_t perpendicular;
    uint8_t sc_eot;
    bool lock;

    /* The command in hand. */
    uint8_t row;
    uint8_t opcode;
    struct fdc_fifo fifo;
    struct fdc_chrn chrn;

    /* Interrupt flags of the drives, as masks of units. */
    uint8_t poll_flags;
    uint8_t seek_done;
    uint8_t sensed;     /* busy bits that the next result byte clears */
    bool drops_poll;    /* the command in hand began after the polling interrupt */
    bool poll_held;     /* polling came due inside a CONFIGURE */
    uint8_t seek_st0[VFDC_N_UNITS];

    uint8_t flush_due; /* mask of units whose motors stopped */

    uint8_t pcn[VFDC_N_UNITS];
    struct fdc_seek seek[VFDC_N_UNITS];
    struct fdc_fdd fdd[VFDC_N_UNITS];

    uint64_t head_loaded_ns; /* until when the head stays loaded */

    /*
     * The sector on its way; the second half is the gap behind it, for a READ TRACK that reads
     * on past its end.  With it, a place below one half and a count up to one half are inside.
     */
    uint8_t staging[2u * FDC_STAGING_BYTES];
};

/* As the walk in snapshot.c knows it. */
#define FDC_STATE_BYTES 2400u

/* A disk in a drive; none where `media` is NULL. */
struct fdc_disk {
    struct vfdc_media *media;
    struct vfdc_geometry geometry;
    bool write_protected;
};

struct vfdc_controller {
    struct fdc_state state;

    bool busy;      /* inside a public call: a callback must not make another */
    bool in_event;  /* an expired deadline is being handled: lines may rise */
    bool clock_known;
    uint64_t now_ns;   /* read once a call, where needed */
    uint64_t event_ns; /* the deadline being handled; outside of one, now */
    uint64_t next_ns;  /* the earliest deadline */
    uint64_t armed_ns; /* what the host was told last */
    bool irq_out, drq_out; /* and what it was told of the lines */

    /* As configured. */
    uint8_t drive_type[VFDC_N_UNITS]; /* enum vfdc_drive_type */
    uint8_t flush_policy;             /* enum vfdc_flush_policy */
    uint8_t strap;                    /* enum vfdc_strap */
    bool is_accurate;
    bool empty_hangs;

    struct fdc_state scratch; /* a state that is being restored */

    struct fdc_disk disk[VFDC_N_UNITS];
    const struct fdc_port *ports; /* the strap's table of registers */
    struct vfdc_host host;
    void *opaque;
    void *door; /* the operator's side, of a controller made by vfdc_controller_create() */

    uint8_t row_of[256]; /* first command byte to row of the commands table */
};

#endif
