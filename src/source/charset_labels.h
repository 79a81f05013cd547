/*
 * charset_labels.h - what charsets are called
 */
#ifndef STET_SOURCE_CHARSET_LABELS_H
#define STET_SOURCE_CHARSET_LABELS_H

#include "stet/mem.h"

/*
 * The charset that a label means on the web, as iconv calls it; NULL where it means none.
 * The Encoding Standard says which: "latin1" is Windows-1252, "gb2312" is GB18030.
 */
const char *stet_charset_name(struct stet_span label);

/* What Windows-1252 has at 80 to 9F, where Latin-1 has controls; 0 = nothing. */
extern const uint16_t stet_windows_1252[32];

#endif
