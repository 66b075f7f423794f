/*
 * A scene for the tests of the operator's door: a machine with two 1.44M drives, a folder with
 * an image in it, a recorder of events, system calls that can be made to fail, and the few
 * things a guest does.  Everything is fresh for each test, and gone after it.
 */
#ifndef VFDC_TESTS_SCENE_H
#define VFDC_TESTS_SCENE_H

#include <sys/types.h>

#include "faulty_system.h"
#include "rig.h"

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)

#define N_SECTORS 2880u /* of a 1.44M image */

#define SCENE_MAX_FILES 24u
#define SCENE_MAX_EVENTS 16u

enum event_kind { INSERT, EJECT };

/* An event, and what the drive said of itself when asked in the handler. */
struct event {
    enum event_kind kind;
    const struct vfdc_floppy_drive *drive;
    char path[256];
    vfdc_result attachment_result;
    enum vfdc_attachment attachment;
};

struct scene {
    struct rig *rig;
    struct vfdc_floppy_drive *drive; /* unit 0, whose events are recorded */
    struct faulty_system faulty;
    struct vfdc_attach_options options; /* read and write, over `faulty` */

    char folder[64];
    char image[128];    /* a 1.44M image in the LBA pattern */
    char file[SCENE_MAX_FILES][128]; /* other names in the folder */
    unsigned n_files;

    struct event event[SCENE_MAX_EVENTS];
    unsigned n_events;
    /* What the next handler does when it has recorded its event. */
    void (*act)(struct scene *scene, struct vfdc_floppy_drive *drive);
};

int scene_setup(void **state);
int scene_teardown(void **state);

/* ---- files ---- */

/* A name in the scene's folder, removed with it. */
const char *name_of(struct scene *scene, const char *name);

void write_file(const char *path, const void *bytes, size_t n_bytes);
void write_lba_image(const char *path);
void write_sparse(const char *path, off_t n_bytes); /* all holes */

/* The file's sector `lba`, or those from `first` up to `end`, read afresh. */
void assert_file_sector(const char *path, uint32_t lba, const uint8_t *wanted);
void assert_file_lba(const char *path, uint32_t first, uint32_t end);

/* ---- the operator, of unit 0 ---- */

vfdc_result attach(struct scene *scene, const char *path);
vfdc_result release(struct scene *scene);
enum vfdc_attachment attachment(const struct scene *scene);
const char *image_file(const struct scene *scene);
uint32_t dirty(const struct scene *scene);
const struct vfdc_exception *exception(const struct scene *scene);
void assert_exception(const struct scene *scene, vfdc_result code, int system_errno,
                      const char *path);

/* Destroy the machine; the handle stays. */
void destroy(struct scene *scene);

/* The recorder, to be set for other drives too; `opaque` is the scene. */
void on_insert(void *opaque, struct vfdc_floppy_drive *drive, const char *path);
void on_eject(void *opaque, struct vfdc_floppy_drive *drive, const char *path);
void assert_event(const struct scene *scene, unsigned number, enum event_kind kind,
                  const char *path);

/* ---- the guest, on cylinder 0, head 0, sectors `r` 1 to 17 of unit 0 ---- */

/* Out of reset, motor and drive 0 on, the change line taken down. */
void guest_start(struct scene *scene);

void guest_write(struct scene *scene, int r, const uint8_t *bytes);
void guest_reads(struct scene *scene, int r, const uint8_t *wanted);

/* Attach the image and let the guest write sector 3, block 2, with `bytes`. */
void attach_and_write(struct scene *scene, uint8_t bytes[512]);

#endif
