# A frame that is not too large, at the end of a path that was long already.
# gate: path
# says: more than 1024
# file: fdc/rotation.c
/^void rotation_track/,/^}/s/^{/{ volatile uint8_t kept[152] = { (uint8_t)(unit \& 3u) };\n    (void)kept[1];\n/
