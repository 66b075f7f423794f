/*
 * Two 8259 interrupt controllers, cascaded as in a PC: edge-triggered, fully nested, with
 * specific and non-specific EOI.
 *
 * Not emulated: level triggering, automatic EOI, rotation, special mask mode, polling.
 */
#include "pic.h"

#define N_LINES 8u
#define CASCADE 2u  /* the line of the first chip that the second one drives */
#define SPURIOUS 7u /* what a chip answers when the request is gone */

#define ICW1 0x10u
#define ICW1_IC4 0x01u
#define OCW2_EOI 0x20u
#define OCW2_SPECIFIC 0x40u
#define OCW3 0x08u
#define OCW3_READ 0x02u
#define OCW3_READ_ISR 0x01u

/* The line whose interrupt comes next, or N_LINES: none, or none above the one in service. */
static unsigned next_line(const struct pic_chip *chip)
{
    for (unsigned line = 0; line < N_LINES; line++) {
        unsigned bit = 1u << line;

        if ((chip->in_service & bit) != 0) {
            break;
        }
        if ((chip->request & ~chip->mask & bit) != 0) {
            return line;
        }
    }
    return N_LINES;
}

static void set_line(struct pic_chip *chip, unsigned line, bool level)
{
    uint8_t bit = (uint8_t)(1u << line);

    if (!level) {
        chip->lines &= (uint8_t)~bit;
        chip->request &= (uint8_t)~bit;
    } else if ((chip->lines & bit) == 0) {
        chip->lines |= bit;
        chip->request |= bit;
    }
}

static void update(struct pic *pic)
{
    set_line(&pic->chip[0], CASCADE, next_line(&pic->chip[1]) != N_LINES);
    pic->intr = next_line(&pic->chip[0]) != N_LINES;
}

static uint8_t take(struct pic_chip *chip)
{
    unsigned line = next_line(chip);

    if (line == N_LINES) {
        return (uint8_t)(chip->vector_base + SPURIOUS);
    }
    chip->request &= (uint8_t)~(1u << line);
    chip->in_service |= (uint8_t)(1u << line);
    return (uint8_t)(chip->vector_base + line);
}

static void end_of_interrupt(struct pic_chip *chip, uint8_t value)
{
    if ((value & OCW2_SPECIFIC) != 0) {
        chip->in_service &= (uint8_t)~(1u << (value & 7));
    } else {
        chip->in_service &= (uint8_t)(chip->in_service - 1u); /* drop the lowest bit that is set */
    }
}

static void write_even(struct pic_chip *chip, uint8_t value)
{
    if ((value & ICW1) != 0) {
        *chip = (struct pic_chip){ .lines = chip->lines, .next_icw = 2,
                                   .wants_icw4 = (value & ICW1_IC4) != 0 };
    } else if ((value & OCW3) != 0) {
        if ((value & OCW3_READ) != 0) {
            chip->reads_isr = (value & OCW3_READ_ISR) != 0;
        }
    } else if ((value & OCW2_EOI) != 0) {
        end_of_interrupt(chip, value);
    }
}

static void write_odd(struct pic_chip *chip, uint8_t value)
{
    switch (chip->next_icw) {
    case 2:
        chip->vector_base = value & 0xf8;
        chip->next_icw = 3;
        break;
    case 3: /* the cascade is wired */
        chip->next_icw = chip->wants_icw4 ? 4 : 0;
        break;
    case 4: /* 8086 mode and normal EOI are all there is */
        chip->next_icw = 0;
        break;
    default:
        chip->mask = value;
        break;
    }
}

void pic_init(struct pic *pic)
{
    *pic = (struct pic){ .chip = { { .mask = 0xff }, { .mask = 0xff } } };
}

void pic_set_irq(struct pic *pic, unsigned irq, bool level)
{
    set_line(&pic->chip[(irq >> 3) & 1], irq & 7, level);
    update(pic);
}

uint8_t pic_acknowledge(struct pic *pic)
{
    uint8_t vector = take(&pic->chip[0]);

    if (vector == pic->chip[0].vector_base + CASCADE) {
        vector = take(&pic->chip[1]);
    }
    update(pic);
    return vector;
}

uint8_t pic_read(const struct pic *pic, uint16_t port)
{
    const struct pic_chip *chip = &pic->chip[(port & 0x80) != 0];

    if ((port & 1) != 0) {
        return chip->mask;
    }
    return chip->reads_isr ? chip->in_service : chip->request;
}

void pic_write(struct pic *pic, uint16_t port, uint8_t value)
{
    struct pic_chip *chip = &pic->chip[(port & 0x80) != 0];

    if ((port & 1) != 0) {
        write_odd(chip, value);
    } else {
        write_even(chip, value);
    }
    update(pic);
}
