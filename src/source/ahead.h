/*
 * ahead.h - members of a compressed stream decoded by several threads at once
 *
 * Where a member ends only decoding tells.  But where the next one may begin its first bytes
 * tell, so a stretch of input is cut there, its pieces are decoded side by side, and what comes
 * out is taken as far as every piece is whole members to its last byte.  All else, and so
 * all that can be wrong with a member, is left to be decoded in order.
 */
#ifndef STET_SOURCE_AHEAD_H
#define STET_SOURCE_AHEAD_H

#include "codec.h"

struct stet_ahead;

struct stet_ahead *stet_ahead_open(const struct stet_codec *codec, unsigned n_threads);
void stet_ahead_close(struct stet_ahead *a);	/* NULL is fine */

/* As much input as is looked at together. */
size_t stet_ahead_bytes(const struct stet_ahead *a);

/* Is it worth a try?  After one that failed it is not for ever more members. */
bool stet_ahead_wants(struct stet_ahead *a);

/*
 * Decode what begins with a member; `last`: no more input follows.  The bytes of input that
 * were whole members, 0 where the first is left to others; what they hold is to be taken
 * before the next call.
 */
size_t stet_ahead_decode(struct stet_ahead *a, const unsigned char *in, size_t n, bool last);

/* Take up to `cap` bytes of what was decoded; 0 = nothing is left. */
size_t stet_ahead_take(struct stet_ahead *a, unsigned char *out, size_t cap);

#endif
