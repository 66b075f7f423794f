/*
 * libvfdc: result codes.
 *
 * Every call that can fail returns a vfdc_result.  It is an HRESULT in the sense of
 * Virtual Server's automation interface: 32 bits, and success is the sign bit clear.
 * The numbers are the documented ones, so that a host that exposes IVMFloppyDrive
 * itself can hand them through unchanged.  The names are the documented names with
 * VFDC_ before them; vfdc_result_name() gives them without it.
 *
 * Example:
 *
 *     void tell(const char *what, vfdc_result result)
 *     {
 *         if (vfdc_failed(result)) {
 *             fprintf(stderr, "%s: %s\n", what, vfdc_result_name(result));
 *         }
 *     }
 *
 * What the guest does wrong is no result code: it is status bytes, for the guest.
 */
#ifndef VFDC_RESULT_H
#define VFDC_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A function of the library's interface.  Everything else in the shared library is hidden. */
#ifndef VFDC_API
#if defined(__GNUC__)
#define VFDC_API __attribute__((visibility("default")))
#else
#define VFDC_API
#endif
#endif

typedef uint32_t vfdc_result;

/* Done. */
#define VFDC_S_OK UINT32_C(0x00000000)
/* Done, with a reservation that the call describes. */
#define VFDC_S_FALSE UINT32_C(0x00000001)

/* A pointer that must not be NULL is NULL. */
#define VFDC_E_POINTER UINT32_C(0x80004003)
/* An argument is outside its documented range. */
#define VFDC_E_INVALIDARG UINT32_C(0x80070057)
/* The host has no memory left; nothing was changed. */
#define VFDC_E_OUTOFMEMORY UINT32_C(0x8007000E)
/* This build lacks the feature asked for. */
#define VFDC_E_NOTIMPL UINT32_C(0x80004001)
/* A call into a controller from inside one of its own callbacks; nothing was changed. */
#define VFDC_E_UNEXPECTED UINT32_C(0x8000FFFF)
/* A failure without a more exact code. */
#define VFDC_E_FAIL UINT32_C(0x80004005)
/* The host does not allow it. */
#define VFDC_E_ACCESSDENIED UINT32_C(0x80070005)
/* There is no drive of that number. */
#define VFDC_DISP_E_BADINDEX UINT32_C(0x8002000B)
/* Something went wrong outside the library; the detail is in vfdc_floppy_drive_exception(). */
#define VFDC_DISP_E_EXCEPTION UINT32_C(0x80020009)

/* The machine that the drive belonged to is gone. */
#define VFDC_VM_E_VM_UNKNOWN UINT32_C(0xA0040207)
/* A saved state of a newer library. */
#define VFDC_VM_E_PREF_SAVED_STATE_BAD_VERSION UINT32_C(0xA0040307)
/* No drive is fitted there. */
#define VFDC_VM_E_DRIVE_INVALID UINT32_C(0xA0040502)
/* The image cannot be attached; why is in vfdc_floppy_drive_exception(). */
#define VFDC_VM_E_IMAGE_CAPTURE_FAIL UINT32_C(0xA0040650)
/* The host's floppy drive cannot be attached. */
#define VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL UINT32_C(0xA0040651)
/* Nothing is attached. */
#define VFDC_VM_E_NO_MEDIA_CAPTURED UINT32_C(0xA0040652)
/* The drive already holds something: release it first. */
#define VFDC_VM_E_DRIVE_IN_USE UINT32_C(0xA0040727)
/* What is attached is not of the kind that the call is for. */
#define VFDC_VM_E_MEDIA_WRONG_TYPE UINT32_C(0xA0040728)

/* HRESULT_FROM_WIN32: paths. */
#define VFDC_E_FILE_NOT_FOUND UINT32_C(0x80070002)
#define VFDC_E_PATH_NOT_FOUND UINT32_C(0x80070003)
/* The path is longer than the host takes. */
#define VFDC_E_BUFFER_OVERFLOW UINT32_C(0x8007006F)
#define VFDC_E_DISK_FULL UINT32_C(0x80070070)
#define VFDC_E_INVALID_NAME UINT32_C(0x8007007B)
/* The path is empty or relative. */
#define VFDC_E_BAD_PATHNAME UINT32_C(0x800700A1)
#define VFDC_E_ALREADY_EXISTS UINT32_C(0x800700B7)

/* True of a result that says the call did not do what it is for. */
static inline bool vfdc_failed(vfdc_result result)
{
    return (result & UINT32_C(0x80000000)) != 0;
}

/*
 * The documented name of a result, such as "VM_E_NO_MEDIA_CAPTURED"; a constant
 * string, "unknown result" for a number that is none of the above.  Never NULL.
 */
VFDC_API const char *vfdc_result_name(vfdc_result result);

#ifdef __cplusplus
}
#endif

#endif
