/* The interrupt controllers of a PC: two 8259s, the second on line 2 of the first. */
#ifndef MINIPC_PIC_H
#define MINIPC_PIC_H

#include <stdbool.h>
#include <stdint.h>

struct pic_chip {
    uint8_t lines;       /* the levels on IR0-IR7 */
    uint8_t request;     /* IRR: edges not yet taken */
    uint8_t in_service;  /* ISR */
    uint8_t mask;        /* IMR */
    uint8_t vector_base; /* vector of IR0 */
    uint8_t next_icw;    /* 2-4 while being initialised, else 0 */
    bool wants_icw4;
    bool reads_isr; /* an even-port read gives ISR, else IRR */
};

struct pic {
    struct pic_chip chip[2];
    bool intr; /* the line to the CPU */
};

void pic_init(struct pic *pic);

/* The level on IRQ 0-15 (not 2).  A rising edge asks for an interrupt. */
void pic_set_irq(struct pic *pic, unsigned irq, bool level);

/* The CPU takes the interrupt: the vector. */
uint8_t pic_acknowledge(struct pic *pic);

/* Ports 20h, 21h, A0h, A1h. */
uint8_t pic_read(const struct pic *pic, uint16_t port);
void pic_write(struct pic *pic, uint16_t port, uint8_t value);

#endif
