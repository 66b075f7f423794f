/* vfdc-script: what the library told the host and the script has not asked for yet. */
#ifndef VFDC_SCRIPT_NEWS_H
#define VFDC_SCRIPT_NEWS_H

#include <stdbool.h>
#include <stddef.h>

struct news {
    unsigned kind; /* enum news_event, or an enum vfdc_report_kind */
    unsigned unit; /* 0-7 */
    char *path;    /* of an event; NULL of a report */
};

enum news_event {
    NEWS_INSERT,
    NEWS_EJECT,
};

struct news_queue {
    struct news *items;
    size_t n_items;
};

/* Add at the end; `path` is copied and may be NULL. */
void news_add(struct news_queue *queue, unsigned kind, unsigned unit, const char *path);

/* The oldest; NULL if there is none. */
const struct news *news_oldest(const struct news_queue *queue);

/* Drop the oldest, or all. */
void news_drop(struct news_queue *queue);
void news_clear(struct news_queue *queue);

#endif
