/*
 * token_hash.h - the hash of a short token
 */
#ifndef STET_TOKEN_HASH_H
#define STET_TOKEN_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SHORT_TOKEN 16u		/* bytes of a token that two loads hold */

static inline uint64_t load_le64(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

/*
 * Of `len` bytes, the first eight in a, the others in b, whatever follows them.  A branch
 * on the length would be missed at every third token.  No operand of the product can be 0:
 * the bytes fe and ff of the constants are in no UTF-8.
 */
static inline uint64_t short_hash(uint64_t a, uint64_t b, size_t len)
{
	static const uint64_t mask[SHORT_TOKEN + 1 + 8] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0,
		0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff,
		0xffffffffffffff, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0,
		~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0,
	};
	const unsigned __int128 x =
		(unsigned __int128)((a & mask[len + 8]) ^ 0xff51afd7ed558ccdu) *
		((b & mask[len]) ^ 0xc4ceb9fe1a85ec53u);
	uint64_t h = (uint64_t)(x ^ x >> 64);

	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

#endif
