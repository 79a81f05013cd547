/*
 * hash.c - the one home of xxHash
 */
#define XXH_INLINE_ALL
#include "stet/hash.h"
#include "stet/mem.h"

#include <stdlib.h>
#include <xxhash.h>

uint64_t stet_hash64(const void *p, size_t len, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, len, seed);
}

struct stet_hash128 stet_hash128(const void *p, size_t len)
{
	const XXH128_hash_t h = XXH3_128bits(p, len);

	return (struct stet_hash128){ h.low64, h.high64 };
}

int stet_hash128_compare(const struct stet_hash128 *a, const struct stet_hash128 *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	return (a->lo > b->lo) - (a->lo < b->lo);
}

struct stet_digest {
	XXH3_state_t *state;
};

struct stet_digest *stet_digest_alloc(void)
{
	struct stet_digest *d = stet_calloc(1, sizeof(*d));

	/* xxHash wants its state aligned to 64 bytes, which calloc does not promise. */
	d->state = aligned_alloc(64, (sizeof(XXH3_state_t) + 63) & ~(size_t)63);
	if (!d->state)
		abort();
	stet_digest_reset(d);
	return d;
}

void stet_digest_reset(struct stet_digest *d)
{
	XXH3_128bits_reset(d->state);
}

void stet_digest_update(struct stet_digest *d, const void *p, size_t len)
{
	XXH3_128bits_update(d->state, p, len);
}

struct stet_hash128 stet_digest_value(const struct stet_digest *d)
{
	const XXH128_hash_t h = XXH3_128bits_digest(d->state);

	return (struct stet_hash128){ h.low64, h.high64 };
}

void stet_digest_free(struct stet_digest *d)
{
	if (!d)
		return;
	free(d->state);
	free(d);
}
