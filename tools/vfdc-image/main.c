/*
 * vfdc-image: images of floppy disks, made, looked at and mended by hand.  The command line.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"

static const char help[] =
    "NAME\n"
    "    vfdc-image - make, look at and mend images of floppy disks\n"
    "\n"
    "SYNOPSIS\n"
    "    vfdc-image create [--fat] SIZE FILE\n"
    "    vfdc-image info FILE\n"
    "    vfdc-image check FILE\n"
    "    vfdc-image recover FILE\n"
    "\n"
    "COMMANDS\n"
    "    create   Make a blank image: zeros, or with --fat an empty DOS disk, for which\n"
    "             mkfs.fat of dosfstools is called.  A file that is there is never\n"
    "             overwritten.\n"
    "    info     Tell the image's kind, the drives that take it, its geometry and how that\n"
    "             was decided, what its boot sector says, and whether a journal stands\n"
    "             beside it.  Nothing is changed.\n"
    "    check    Say what is wrong with the image, if anything is.  Nothing is changed.\n"
    "    recover  Write what a machine that died left in the journal into the image, and\n"
    "             remove the journal; or set a journal aside that is not the image's.  An\n"
    "             attach does the same by itself.\n"
    "\n"
    "SIZES\n"
    "    160K 180K 320K 360K 720K 1200K 1440K 2880K, also as 1.2M 1.44M 2.88M; DMF (1.68M);\n"
    "    XDF (1.84M); or a number of bytes that some drive takes.\n"
    "\n"
    "EXIT STATUS\n"
    "    0 done, or nothing is wrong; 1 not done, or something is; 2 a wrong command line.\n"
    "\n"
    "FILES\n"
    "    .NAME.vfdc-journal, .NAME.vfdc-journal-2   beside NAME: what a machine has written\n"
    "             and the image does not have yet.  Removing them loses it.\n";

static enum ending wrong_usage(void)
{
    (void)fputs(
        "usage: vfdc-image create [--fat] SIZE FILE\n"
        "       vfdc-image info|check|recover FILE\n"
        "       vfdc-image --help\n",
        stderr);
    return ENDING_USAGE;
}

/* The library takes absolute paths alone.  In memory of its own; NULL with a complaint. */
static char *absolute(const char *name)
{
    char folder[PATH_MAX] = "";
    size_t n_bytes;
    char *path;

    if (name[0] != '/' && name[0] != '\0' && getcwd(folder, sizeof folder) == NULL) {
        complain("%s", strerror(errno));
        return NULL;
    }
    n_bytes = strlen(folder) + 1 + strlen(name) + 1;
    path = malloc(n_bytes);
    if (path == NULL) {
        complain("%s", strerror(ENOMEM));
        return NULL;
    }
    (void)snprintf(path, n_bytes, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    return path;
}

/* With the name that the last argument is. */
static enum ending run(int n_words, char *words[], const char *path, const char *name)
{
    static const struct {
        const char *name;
        enum ending (*run)(const char *path, const char *name);
    } commands[] = {
        { "info", show_info }, { "check", check_image }, { "recover", recover_image },
    };

    if (strcmp(words[0], "create") == 0 && n_words == 3) {
        return create_image(path, name, words[1], false);
    }
    if (strcmp(words[0], "create") == 0 && n_words == 4 && strcmp(words[1], "--fat") == 0) {
        return create_image(path, name, words[2], true);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(words[0], commands[i].name) == 0 && n_words == 2) {
            return commands[i].run(path, name);
        }
    }
    return wrong_usage();
}

int main(int argc, char *argv[])
{
    enum ending ending;
    char *path;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        (void)fputs(help, stdout);
        return ENDING_GOOD;
    }
    if (argc < 3) {
        return (int)(wrong_usage());
    }
    path = absolute(argv[argc - 1]);
    if (path == NULL) {
        return ENDING_BAD;
    }
    ending = run(argc - 1, argv + 1, path, argv[argc - 1]);
    free(path);
    if (fflush(stdout) != 0) {
        complain("%s", strerror(errno));
        return ENDING_BAD;
    }
    return (int)(ending);
}
