/* vfdc-script: news, oldest first; so few that moving them up is cheap. */
#include "news.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void news_add(struct news_queue *queue, unsigned kind, unsigned unit, const char *path)
{
    char *copy = path != NULL ? alloc_text(path, strlen(path)) : NULL;

    queue->items = alloc_resize(queue->items, queue->n_items + 1, sizeof *queue->items);
    queue->items[queue->n_items++] = (struct news){ .kind = kind, .unit = unit, .path = copy };
}

const struct news *news_oldest(const struct news_queue *queue)
{
    return queue->n_items > 0 ? &queue->items[0] : NULL;
}

void news_drop(struct news_queue *queue)
{
    if (queue->n_items > 0) {
        free(queue->items[0].path);
        queue->n_items--;
        memmove(queue->items, queue->items + 1, queue->n_items * sizeof *queue->items);
    }
}

void news_clear(struct news_queue *queue)
{
    while (queue->n_items > 0) {
        news_drop(queue);
    }
    free(queue->items);
    queue->items = NULL;
}
