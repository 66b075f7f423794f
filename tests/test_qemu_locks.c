/*
 * One image between libvfdc and QEMU, each way round: who is let in beside whom, with QEMU's
 * own programs.  Part of `make assure`, which installs them.
 */
#define _GNU_SOURCE /* open file description locks */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <vfdc/media.h>

#define BYTES_1440K 1474560

struct scene {
    char folder[64];
    char path[128];
    char pid_file[128];
    char output[4096]; /* of the last program */
    struct vfdc_media *media;
    struct vfdc_media_error error;
};

/* A disk of 5ah. */
static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    FILE *file;

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/vfdc-test-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->path, sizeof(scene->path), "%s/a.vfd", scene->folder);
    snprintf(scene->pid_file, sizeof(scene->pid_file), "%s/pid", scene->folder);
    file = fopen(scene->path, "wb");
    assert_non_null(file);
    for (long i = 0; i < BYTES_1440K; i++) {
        assert_int_equal(fputc(0x5a, file), 0x5a);
    }
    assert_int_equal(fclose(file), 0);
    *state = scene;
    return 0;
}

/* ---- QEMU's side ------------------------------------------------------------------------- */

/* Run a command of the shell, in which FILE is the image; its exit status. */
static int run(struct scene *scene, const char *command)
{
    char line[512];
    size_t n_bytes = 0;
    size_t n_more;
    FILE *pipe;
    int status;

    snprintf(line, sizeof(line), "FILE=%s; PID=%s; export QEMU_AUDIO_DRV=none; { %s; } 2>&1",
             scene->path, scene->pid_file, command);
    pipe = popen(line, "r");
    assert_non_null(pipe);
    do {
        n_more = fread(scene->output + n_bytes, 1, sizeof(scene->output) - 1 - n_bytes, pipe);
        n_bytes += n_more;
    } while (n_more != 0);
    scene->output[n_bytes] = '\0';
    status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* In the background, once it is up: it has the image then, or has ended. */
#define QEMU(options)                                                                           \
    "timeout 60 qemu-system-x86_64 -machine pc,accel=tcg -nodefaults -display none -S "         \
    "-daemonize -pidfile $PID -drive if=floppy,format=raw,file=$FILE" options

#define QEMU_WRITES QEMU("")
#define QEMU_READS QEMU(",readonly=on")

/* Whether anybody holds a lock on the image. */
static bool is_locked(const struct scene *scene)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(scene->path, O_RDONLY);
    int result = fcntl(fd, F_OFD_GETLK, &lock);

    close(fd);
    assert_int_equal(result, 0);
    return lock.l_type != F_UNLCK;
}

/* End the QEMU that was started, if one was, and wait until its locks are gone. */
static void end_qemu(struct scene *scene)
{
    const struct timespec pause = { .tv_nsec = 10000000 };
    FILE *file = fopen(scene->pid_file, "r");
    int pid = 0;

    if (file == NULL) {
        return;
    }
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(unlink(scene->pid_file), 0);
    assert_true(pid > 1);
    kill((pid_t)pid, SIGKILL);
    for (unsigned tries = 0; scene->media == NULL && is_locked(scene); tries++) {
        assert_true(tries < 1000);
        nanosleep(&pause, NULL);
    }
}

static void expect_works(struct scene *scene, const char *command)
{
    if (run(scene, command) != 0) {
        fail_msg("%s: %s", command, scene->output);
    }
    end_qemu(scene);
}

/* Refused for the lock, and nothing else. */
static void expect_refused(struct scene *scene, const char *command)
{
    if (run(scene, command) == 0) {
        end_qemu(scene);
        fail_msg("%s: was let in: %s", command, scene->output);
    }
    if (strstr(scene->output, "lock") == NULL) {
        fail_msg("%s: %s", command, scene->output);
    }
}

/* ---- ours -------------------------------------------------------------------------------- */

static vfdc_result try_open(struct scene *scene, bool read_only)
{
    const struct vfdc_media_options options = {
        .drive = VFDC_DRIVE_1440K,
        .read_only = read_only,
    };

    return vfdc_media_open_vfd(scene->path, &options, &scene->media, &scene->error);
}

static void hold(struct scene *scene, bool read_only)
{
    if (try_open(scene, read_only) != VFDC_S_OK) {
        fail_msg("%s", scene->error.text);
    }
}

static void let_go(struct scene *scene)
{
    assert_int_equal(vfdc_media_close(scene->media, NULL), VFDC_S_OK);
    scene->media = NULL;
}

static void expect_we_are_refused(struct scene *scene, bool read_only)
{
    assert_int_equal(try_open(scene, read_only), VFDC_VM_E_IMAGE_CAPTURE_FAIL);
    assert_non_null(strstr(scene->error.text, "image is in use by another drive or program"));
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    end_qemu(scene);
    if (scene->media != NULL) {
        vfdc_media_close(scene->media, NULL);
    }
    unlink(scene->path);
    rmdir(scene->folder);
    free(scene);
    return 0;
}

static void expect_all(const struct scene *scene, int byte, long n_bytes)
{
    FILE *file = fopen(scene->path, "rb");

    assert_non_null(file);
    for (long i = 0; i < n_bytes; i++) {
        assert_int_equal(fgetc(file), byte);
    }
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
}

#define WRITE "qemu-io -f raw -c 'write -P 0xaa 0 512' $FILE"
#define READ "qemu-io -r -f raw -c 'read -P 0x5a 0 512' $FILE"
#define INFO "qemu-img info -f raw $FILE"
#define CONVERT "qemu-img convert -f raw -O raw $FILE $FILE.copy && rm $FILE.copy"
#define GROW "qemu-img resize -f raw $FILE 2949120"
#define SHRINK "qemu-img resize -f raw --shrink $FILE 737280"

/* ---- the tests --------------------------------------------------------------------------- */

/* What is refused below is refused for us, and not for a wrong command. */
static void on_a_free_image_every_program_works(void **state)
{
    struct scene *scene = *state;

    expect_works(scene, READ);
    expect_works(scene, INFO);
    expect_works(scene, CONVERT);
    expect_works(scene, QEMU_READS);
    expect_works(scene, QEMU_WRITES);
    expect_works(scene, WRITE);
    expect_works(scene, GROW);
    expect_works(scene, SHRINK);
}

static void beside_us_writing(void **state)
{
    struct scene *scene = *state;

    hold(scene, false);
    expect_refused(scene, WRITE);
    expect_refused(scene, QEMU_WRITES);
    expect_refused(scene, QEMU_READS);
    expect_refused(scene, CONVERT);
    expect_refused(scene, GROW);
    expect_refused(scene, SHRINK);
    expect_works(scene, READ);
    expect_works(scene, INFO);
    let_go(scene);
    expect_all(scene, 0x5a, BYTES_1440K);
    expect_works(scene, WRITE);
}

static void beside_us_reading(void **state)
{
    struct scene *scene = *state;

    hold(scene, true);
    expect_refused(scene, WRITE);
    expect_refused(scene, QEMU_WRITES);
    expect_works(scene, QEMU_READS);
    expect_works(scene, CONVERT);
    expect_refused(scene, GROW);
    expect_refused(scene, SHRINK);
    expect_works(scene, READ);
    expect_works(scene, INFO);
    let_go(scene);
    expect_all(scene, 0x5a, BYTES_1440K);
    expect_works(scene, WRITE);
}

static void beside_qemu_writing(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(run(scene, QEMU_WRITES), 0);
    expect_we_are_refused(scene, false);
    expect_we_are_refused(scene, true);
    end_qemu(scene);
    hold(scene, false);
}

static void beside_qemu_reading(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(run(scene, QEMU_READS), 0);
    expect_we_are_refused(scene, false);
    hold(scene, true);
    let_go(scene);
    end_qemu(scene);
    hold(scene, false);
}

/* Start qemu-io, which does as told with the image and then keeps it until it is ended. */
static FILE *start_qemu_io(struct scene *scene, const char *what)
{
    char line[512];
    FILE *pipe;

    snprintf(line, sizeof(line),
             "stdbuf -oL qemu-io -f raw %s -c 'sleep 60000' %s & echo $! >%s; wait", what,
             scene->path, scene->pid_file);
    pipe = popen(line, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(line, sizeof(line), pipe)); /* it has done the first */
    return pipe;
}

static void beside_qemu_io_writing(void **state)
{
    struct scene *scene = *state;
    FILE *pipe = start_qemu_io(scene, "-c 'write -P 0x5a 0 512'");

    expect_we_are_refused(scene, false);
    expect_we_are_refused(scene, true);
    end_qemu(scene);
    pclose(pipe);
    hold(scene, false);
}

/* It asks for little: to us as to QEMU. */
static void beside_qemu_io_reading(void **state)
{
    struct scene *scene = *state;
    FILE *pipe = start_qemu_io(scene, "-r -c 'read -P 0x5a 0 512'");

    hold(scene, false);
    let_go(scene);
    hold(scene, true);
    let_go(scene);
    end_qemu(scene);
    pclose(pipe);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(on_a_free_image_every_program_works),
        TEST(beside_us_writing),
        TEST(beside_us_reading),
        TEST(beside_qemu_writing),
        TEST(beside_qemu_reading),
        TEST(beside_qemu_io_writing),
        TEST(beside_qemu_io_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
