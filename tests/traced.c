/*
 * A clean attach and release for tests/system_calls_test.sh to watch through strace:
 * traced FILE.  A look for a file named after what comes next stands between its parts.
 */
#include <stdio.h>
#include <unistd.h>

#include <vfdc/floppy_drive.h>

static uint64_t now_ns(void *opaque)
{
    (void)opaque;
    return 0;
}

static void arm_timer(void *opaque, uint64_t deadline_ns)
{
    (void)opaque;
    (void)deadline_ns;
}

static void set_irq(void *opaque, bool level)
{
    (void)opaque;
    (void)level;
}

static void mark(const char *path)
{
    (void)!access(path, F_OK);
}

int main(int argc, char *argv[])
{
    static const struct vfdc_host host = {
        .now_ns = now_ns, .arm_timer = arm_timer, .set_irq = set_irq,
    };
    static const struct vfdc_config config = { .drive = { VFDC_DRIVE_1440K } };
    struct vfdc_controller *fdc = NULL;
    struct vfdc_floppy_drive *drive;
    vfdc_result result;

    if (argc != 2 || vfdc_failed(vfdc_controller_create(&config, &host, NULL, &fdc))) {
        return 2;
    }
    drive = vfdc_floppy_drive_of(fdc, 0);
    mark("/traced/attach");
    result = vfdc_floppy_drive_attach_image(drive, argv[1], NULL);
    mark("/traced/release");
    if (!vfdc_failed(result)) {
        result = vfdc_floppy_drive_release_image(drive);
    }
    mark("/traced/attach-again");
    if (!vfdc_failed(result)) {
        result = vfdc_floppy_drive_attach_image(drive, argv[1], NULL);
    }
    mark("/traced/destroy");
    if (vfdc_failed(result)) {
        fprintf(stderr, "%s\n", vfdc_floppy_drive_exception(drive)->error.text);
    }
    vfdc_controller_destroy(fdc);
    vfdc_floppy_drive_unref(drive);
    mark("/traced/end");
    return vfdc_failed(result) ? 1 : 0;
}
