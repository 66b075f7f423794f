/* What a run of the mini PC came to. */
#ifndef MINIPC_SUMMARY_H
#define MINIPC_SUMMARY_H

struct machine;

/* On standard output: what the floppy controller did and the time it took. */
void summary_print(const struct machine *pc, double real_seconds);

#endif
