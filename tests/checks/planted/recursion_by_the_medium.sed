# A medium that calls itself by its table.
# gate: recursion
# says: recursion: .*vfd_write_sector
# file: media/vfd_media.c
/^static enum vfdc_media_result vfd_write_sector/,/^}/s/^    vfd_journal_note(/    (void)media->ops->write_sector(media, cylinder, head, sector, bytes, marks); vfd_journal_note(/
