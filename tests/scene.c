/*
 * What the tests of the operator's door share; see scene.h.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- files ---- */

const char *name_of(struct scene *scene, const char *name)
{
    char *path;

    assert_true(scene->n_files < SCENE_MAX_FILES);
    path = scene->file[scene->n_files++];
    assert_true((size_t)snprintf(path, 128, "%s/%s", scene->folder, name) < 128);
    return path;
}

void write_file(const char *path, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

void write_lba_image(const char *path)
{
    uint8_t *bytes = malloc(N_SECTORS * (size_t)512);

    assert_non_null(bytes);
    rig_fill_lba(bytes, 0, N_SECTORS);
    write_file(path, bytes, N_SECTORS * (size_t)512);
    free(bytes);
}

void write_sparse(const char *path, off_t n_bytes)
{
    write_file(path, "", 0);
    assert_int_equal(truncate(path, n_bytes), 0);
}

void assert_file_sector(const char *path, uint32_t lba, const uint8_t *wanted)
{
    uint8_t bytes[512];
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)lba * 512, SEEK_SET), 0);
    assert_int_equal(fread(bytes, 1, 512, file), 512);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(bytes, wanted, 512);
}

void assert_file_lba(const char *path, uint32_t first, uint32_t end)
{
    uint8_t wanted[512];

    for (uint32_t lba = first; lba < end; lba++) {
        rig_fill_lba(wanted, lba, 1);
        assert_file_sector(path, lba, wanted);
    }
}

/* ---- events ---- */

static void note(void *opaque, struct vfdc_floppy_drive *drive, enum event_kind kind,
                 const char *path)
{
    struct scene *scene = opaque;
    void (*act)(struct scene *, struct vfdc_floppy_drive *) = scene->act;
    struct event *event = &scene->event[scene->n_events];
    long number;

    assert_true(scene->n_events < SCENE_MAX_EVENTS);
    scene->n_events++;
    event->kind = kind;
    event->drive = drive;
    snprintf(event->path, sizeof(event->path), "%s", path);
    event->attachment_result = vfdc_floppy_drive_attachment(drive, &event->attachment);
    scene->act = NULL;
    if (act != NULL) {
        act(scene, drive);
    }
    /* whatever the handler did, what it was given is still there */
    assert_string_equal(event->path, path);
    assert_ok(vfdc_floppy_drive_drive_number(drive, &number));
}

void on_insert(void *opaque, struct vfdc_floppy_drive *drive, const char *path)
{
    note(opaque, drive, INSERT, path);
}

void on_eject(void *opaque, struct vfdc_floppy_drive *drive, const char *path)
{
    note(opaque, drive, EJECT, path);
}

void assert_event(const struct scene *scene, unsigned number, enum event_kind kind,
                  const char *path)
{
    assert_true(number < scene->n_events);
    assert_int_equal(scene->event[number].kind, kind);
    assert_string_equal(scene->event[number].path, path);
}

/* ---- the scene ---- */

int scene_setup(void **state)
{
    static const struct vfdc_config config = {
        .drive = { VFDC_DRIVE_1440K, VFDC_DRIVE_1440K },
    };
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    scene->rig = rig_new(&config);
    scene->drive = vfdc_floppy_drive_of(scene->rig->fdc, 0);
    assert_non_null(scene->drive);
    assert_ok(vfdc_floppy_drive_set_events(scene->drive, on_insert, on_eject, scene));
    faulty_system_init(&scene->faulty);
    scene->options.system = faulty_system_table();
    scene->options.system_opaque = &scene->faulty;

    snprintf(scene->folder, sizeof(scene->folder), "/tmp/vfdc-drive-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->image, sizeof(scene->image), "%s/a.vfd", scene->folder);
    write_lba_image(scene->image);
    *state = scene;
    return 0;
}

int scene_teardown(void **state)
{
    struct scene *scene = *state;

    vfdc_floppy_drive_unref(scene->drive);
    rig_free(scene->rig);
    while (scene->n_files > 0) {
        (void)remove(scene->file[--scene->n_files]);
    }
    (void)remove(scene->image);
    assert_int_equal(rmdir(scene->folder), 0);
    free(scene);
    return 0;
}

void destroy(struct scene *scene)
{
    struct vfdc_controller *fdc = scene->rig->fdc;

    scene->rig->fdc = NULL;
    vfdc_controller_destroy(fdc);
}

vfdc_result attach(struct scene *scene, const char *path)
{
    return vfdc_floppy_drive_attach_image(scene->drive, path, &scene->options);
}

vfdc_result release(struct scene *scene)
{
    return vfdc_floppy_drive_release_image(scene->drive);
}

const struct vfdc_exception *exception(const struct scene *scene)
{
    return vfdc_floppy_drive_exception(scene->drive);
}

enum vfdc_attachment attachment(const struct scene *scene)
{
    enum vfdc_attachment is = (enum vfdc_attachment)99;

    assert_ok(vfdc_floppy_drive_attachment(scene->drive, &is));
    return is;
}

const char *image_file(const struct scene *scene)
{
    const char *path = NULL;

    assert_ok(vfdc_floppy_drive_image_file(scene->drive, &path));
    assert_non_null(path);
    return path;
}

uint32_t dirty(const struct scene *scene)
{
    return vfdc_media_dirty_sectors(vfdc_floppy_drive_media(scene->drive));
}

void assert_exception(const struct scene *scene, vfdc_result code, int system_errno,
                      const char *path)
{
    assert_int_equal(exception(scene)->error.code, code);
    assert_int_equal(exception(scene)->error.system_errno, system_errno);
    assert_string_equal(exception(scene)->path, path);
    assert_true(exception(scene)->error.text[0] != '\0');
}

/* ---- the guest ---- */

void guest_start(struct scene *scene)
{
    power_on(scene->rig, 0x1c);
    seek(scene->rig, 0, 1);
    seek(scene->rig, 0, 0);
    assert_false(change_line(scene->rig));
}

/* WRITE DATA of one sector; the result names the next. */
void guest_write(struct scene *scene, int r, const uint8_t *bytes)
{
    dma_write(scene->rig, bytes, 512);
    cmd(scene->rig, 0xc5, 0, 0, 0, r, 2, 0x12, 0x1b, 0xff);
    run_until_irq(scene->rig);
    expect_result(scene->rig, 0, 0, 0, 0, 0, r + 1, 2);
}

/* READ DATA likewise. */
void guest_reads(struct scene *scene, int r, const uint8_t *wanted)
{
    dma_read(scene->rig, 512);
    cmd(scene->rig, 0xe6, 0, 0, 0, r, 2, 0x12, 0x1b, 0xff);
    run_until_irq(scene->rig);
    expect_result(scene->rig, 0, 0, 0, 0, 0, r + 1, 2);
    assert_memory_equal(scene->rig->dma_bytes, wanted, 512);
}

void attach_and_write(struct scene *scene, uint8_t bytes[512])
{
    assert_ok(attach(scene, scene->image));
    guest_start(scene);
    memset(bytes, 0xd1, 512);
    guest_write(scene, 3, bytes);
    assert_int_equal(dirty(scene), 1);
}
