/* vfdc-script: words against the forms of the statement table. */
#ifndef VFDC_SCRIPT_FORM_H
#define VFDC_SCRIPT_FORM_H

struct statement;

/* Find the row that the statement's words fit, and read its arguments.  NULL if there is one;
 * else why not, in memory of its own. */
char *form_match(struct statement *statement);

#endif
