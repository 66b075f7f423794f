/*
 * The documented names of the result codes.
 */
#include <vfdc/result.h>

#include <stddef.h>

struct name {
    vfdc_result code;
    const char *text;
};

static const struct name names[] = {
    { VFDC_S_OK, "S_OK" },
    { VFDC_S_FALSE, "S_FALSE" },
    { VFDC_E_POINTER, "E_POINTER" },
    { VFDC_E_INVALIDARG, "E_INVALIDARG" },
    { VFDC_E_OUTOFMEMORY, "E_OUTOFMEMORY" },
    { VFDC_E_NOTIMPL, "E_NOTIMPL" },
    { VFDC_E_UNEXPECTED, "E_UNEXPECTED" },
    { VFDC_E_FAIL, "E_FAIL" },
    { VFDC_E_ACCESSDENIED, "E_ACCESSDENIED" },
    { VFDC_DISP_E_BADINDEX, "DISP_E_BADINDEX" },
    { VFDC_DISP_E_EXCEPTION, "DISP_E_EXCEPTION" },
    { VFDC_VM_E_VM_UNKNOWN, "VM_E_VM_UNKNOWN" },
    { VFDC_VM_E_PREF_SAVED_STATE_BAD_VERSION, "VM_E_PREF_SAVED_STATE_BAD_VERSION" },
    { VFDC_VM_E_DRIVE_INVALID, "VM_E_DRIVE_INVALID" },
    { VFDC_VM_E_IMAGE_CAPTURE_FAIL, "VM_E_IMAGE_CAPTURE_FAIL" },
    { VFDC_VM_E_HOST_FLOPPY_CAPTURE_FAIL, "VM_E_HOST_FLOPPY_CAPTURE_FAIL" },
    { VFDC_VM_E_NO_MEDIA_CAPTURED, "VM_E_NO_MEDIA_CAPTURED" },
    { VFDC_VM_E_DRIVE_IN_USE, "VM_E_DRIVE_IN_USE" },
    { VFDC_VM_E_MEDIA_WRONG_TYPE, "VM_E_MEDIA_WRONG_TYPE" },
    { VFDC_E_FILE_NOT_FOUND, "E_FILE_NOT_FOUND" },
    { VFDC_E_PATH_NOT_FOUND, "E_PATH_NOT_FOUND" },
    { VFDC_E_BUFFER_OVERFLOW, "E_BUFFER_OVERFLOW" },
    { VFDC_E_DISK_FULL, "E_DISK_FULL" },
    { VFDC_E_INVALID_NAME, "E_INVALID_NAME" },
    { VFDC_E_BAD_PATHNAME, "E_BAD_PATHNAME" },
    { VFDC_E_ALREADY_EXISTS, "E_ALREADY_EXISTS" },
};

const char *vfdc_result_name(vfdc_result result)
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].code == result) {
            return names[i].text;
        }
    }
    return "unknown result";
}
