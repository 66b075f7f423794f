/*
 * The 82077AA's registers, status bits and command bits, in the data sheet's names.  No logic.
 * Intel 82077AA data sheet, sections 2 (registers) and 5 (commands).
 */
#ifndef FDC_REGS_H
#define FDC_REGS_H

/* Offsets from the base address. */
enum fdc_register {
    FDC_SRA = 0,
    FDC_SRB = 1,
    FDC_DOR = 2,
    FDC_TDR = 3,
    FDC_MSR = 4, /* read */
    FDC_DSR = 4, /* write */
    FDC_DATA = 5,
    FDC_RESERVED = 6,
    FDC_DIR = 7, /* read */
    FDC_CCR = 7, /* write */
    FDC_N_REGISTERS = 8
};

/* What the chip does not drive floats high. */
#define FDC_UNDRIVEN 0xffu

/* DOR */
#define FDC_DOR_DSEL 0x03u
#define FDC_DOR_RESET_N 0x04u
#define FDC_DOR_DMAGATE 0x08u
#define FDC_DOR_MOTENS 0xf0u
#define FDC_DOR_MOTEN_SHIFT 4u

/* SRA; `_N` is true when 0.  In Model 30 mode half of the bits turn over and some move. */
#define FDC_SRA_INT 0x80u
#define FDC_SRA_DRV2_N 0x40u
#define FDC_SRA_STEP 0x20u
#define FDC_SRA_TRK0_N 0x10u
#define FDC_SRA_HDSEL 0x08u
#define FDC_SRA_INDX_N 0x04u
#define FDC_SRA_WP_N 0x02u
#define FDC_SRA_DIR 0x01u
#define FDC_SRA30_DRQ 0x40u
#define FDC_SRA30_TRK0 0x10u
#define FDC_SRA30_HDSEL_N 0x08u
#define FDC_SRA30_INDX 0x04u
#define FDC_SRA30_WP 0x02u
#define FDC_SRA30_DIR_N 0x01u

/* SRB */
#define FDC_SRB_ONES 0xc0u
#define FDC_SRB_DSEL0 0x20u
#define FDC_SRB_WRDATA 0x10u
#define FDC_SRB_RDDATA 0x08u
#define FDC_SRB_WE 0x04u
#define FDC_SRB_MOTEN 0x03u
#define FDC_SRB30_DRV2_N 0x80u
#define FDC_SRB30_DS1_N 0x40u
#define FDC_SRB30_DS0_N 0x20u
#define FDC_SRB30_WRDATA 0x10u
#define FDC_SRB30_RDDATA 0x08u
#define FDC_SRB30_WE 0x04u
#define FDC_SRB30_DS3_N 0x02u
#define FDC_SRB30_DS2_N 0x01u

/* TDR */
#define FDC_TDR_TAPESEL 0x03u

/* MSR; bits 3-0 are DRV3 BUSY to DRV0 BUSY */
#define FDC_MSR_RQM 0x80u
#define FDC_MSR_DIO 0x40u
#define FDC_MSR_NONDMA 0x20u
#define FDC_MSR_CMDBUSY 0x10u

/* DSR and CCR */
#define FDC_DSR_RESET 0x80u
#define FDC_DSR_POWER_DOWN 0x40u
#define FDC_DSR_PRECOMP 0x1cu
#define FDC_DRATE 0x03u
#define FDC_DRATE_500K 0x00u
#define FDC_DRATE_250K 0x02u
#define FDC_DRATE_1M 0x03u

/* DIR */
#define FDC_DIR_DSKCHG 0x80u
#define FDC_DIR_ONES 0x78u
#define FDC_DIR_DRATE_SHIFT 1u
#define FDC_DIR_HIGHDENS_N 0x01u
#define FDC_DIR30_DSKCHG_N 0x80u
#define FDC_DIR30_DMAGATE 0x08u
#define FDC_DIR30_NOPREC 0x04u
#define FDC_CCR30_NOPREC 0x04u

/* Command bytes: the modifiers of the first, and the drive byte. */
#define FDC_CMD_MT 0x80u
#define FDC_CMD_MFM 0x40u
#define FDC_CMD_SK 0x20u
#define FDC_CMD_INWARD 0x40u /* RELATIVE SEEK */
#define FDC_CMD_EC 0x80u     /* VERIFY, in the drive byte */
#define FDC_CMD_HDS 0x04u
#define FDC_CMD_DS 0x03u

/* SPECIFY, second byte */
#define FDC_SPECIFY_ND 0x01u

/* CONFIGURE, second byte */
#define FDC_CONFIG_EIS 0x40u
#define FDC_CONFIG_EFIFO 0x20u /* set: the FIFO is off */
#define FDC_CONFIG_POLL 0x10u  /* set: polling is off */
#define FDC_CONFIG_FIFOTHR 0x0fu
#define FDC_CONFIG_BITS 0x7fu

/* PERPENDICULAR MODE */
#define FDC_PERP_OW 0x80u
#define FDC_PERP_DRIVES 0x3cu
#define FDC_PERP_GAP_WGATE 0x03u

/* LOCK: the bit in its command byte, in its result and in DUMPREG's eighth byte */
#define FDC_LOCK_COMMAND 0x80u
#define FDC_LOCK_RESULT 0x10u
#define FDC_LOCK_DUMPREG 0x80u

#define FDC_VERSION_82077AA 0x90u

/* ST0; bits 1-0 are DS */
#define FDC_ST0_IC_NORMAL 0x00u
#define FDC_ST0_IC_ABNORMAL 0x40u
#define FDC_ST0_IC_INVALID 0x80u
#define FDC_ST0_IC_POLL 0xc0u
#define FDC_ST0_SE 0x20u
#define FDC_ST0_EC 0x10u
#define FDC_ST0_H 0x04u

/* ST1 */
#define FDC_ST1_EN 0x80u
#define FDC_ST1_DE 0x20u
#define FDC_ST1_OR 0x10u
#define FDC_ST1_ND 0x04u
#define FDC_ST1_NW 0x02u
#define FDC_ST1_MA 0x01u

/* ST2 */
#define FDC_ST2_CM 0x40u
#define FDC_ST2_DD 0x20u
#define FDC_ST2_WC 0x10u

/* ST3; bits 1-0 are DS, bit 2 HD as the command gave them */
#define FDC_ST3_WP 0x40u
#define FDC_ST3_ONES 0x28u
#define FDC_ST3_T0 0x10u

/* Step pulses of one RECALIBRATE at most. */
#define FDC_RECALIBRATE_STEPS 79u

#endif
