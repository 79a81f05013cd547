/*
 * hash.h - the hashes that everything else is built on (XXH3)
 *
 * 64 bits where a collision costs time, 128 bits where it would cost truth.
 * The values are part of the report's bytes and of the file formats, so they are
 * the same on every CPU and never change within a format version.
 *
 * Pure, except that a digest holds state of its own.
 */
#ifndef STET_HASH_H
#define STET_HASH_H

#include <stddef.h>
#include <stdint.h>

struct stet_hash128 {
	uint64_t lo, hi;
};

uint64_t stet_hash64(const void *p, size_t len, uint64_t seed);
struct stet_hash128 stet_hash128(const void *p, size_t len);
int stet_hash128_compare(const struct stet_hash128 *a, const struct stet_hash128 *b);

/* A bijection of 64 bits in which every input bit moves every output bit (splitmix64). */
#define STET_MIX_FIRST 0xbf58476d1ce4e5b9u
#define STET_MIX_SECOND 0x94d049bb133111ebu
static inline uint64_t stet_mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * STET_MIX_FIRST;
	x = (x ^ (x >> 27)) * STET_MIX_SECOND;
	return x ^ (x >> 31);
}

/* The 128-bit hash of bytes that come in pieces. */
struct stet_digest;
struct stet_digest *stet_digest_alloc(void);
void stet_digest_reset(struct stet_digest *d);
void stet_digest_update(struct stet_digest *d, const void *p, size_t len);
struct stet_hash128 stet_digest_value(const struct stet_digest *d);
void stet_digest_free(struct stet_digest *d);	/* NULL is fine */

#endif
