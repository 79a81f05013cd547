/*
 * shingles.c - hashes of w tokens in a row, for any w
 *
 * The shingle at i is t[i] * B^(w - 1) + ... + t[i + w - 1] (mod 2^64), mixed, with t[i]
 * the hash of token i; token hashes are well mixed, so the known weakness of polynomials
 * mod 2^64 (structured input) does not bite.
 */
#include "kernels.h"

#include <stdbool.h>
#include <string.h>

#define PART 256u			/* places at a time, so that all of it stays near */
#define FEW 8u				/* places that are not worth a call of vector code */

static uint64_t whole(const uint64_t *hash, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = sum * STET_SHINGLE_BASE + hash[i];
	return stet_mix64(sum + n);
}

static uint64_t power(uint32_t n)
{
	uint64_t x = 1;

	while (n-- > 0)
		x *= STET_SHINGLE_BASE;
	return x;
}

/*
 * `n` shingles of one width, at most PART.  The sum of 2 k tokens is that of k and that of
 * the next k, and those that make up the width are put one behind the other: no shingle
 * waits for the one before it, as it does in a window that slides.
 */
static void part(const struct stet_sketch_kernels *kernels, const uint64_t *hash, size_t n,
		 uint32_t width, uint64_t *out)
{
	uint64_t of_k[PART + UINT8_MAX];
	const uint64_t *sum = hash;		/* of k tokens */
	const uint64_t *all = NULL;		/* of the first `done` of the width */
	uint32_t done = 0;

	for (uint32_t k = 1;; k *= 2) {
		if (width & k && all) {
			kernels->join(out, all, sum + done, n, power(k));
			all = out;
		} else if (width & k) {
			all = sum;
			if (sum == of_k && k < width)	/* it will be written over */
				all = memcpy(out, sum, n * sizeof(*out));
		}
		done += width & k;
		if (done == width)
			break;
		kernels->join(of_k, sum, sum + k, n + width - 2 * k, power(k));
		sum = of_k;
	}
	kernels->mix(out, all, n, width);
}

/* Most texts are of one class. */
static size_t one_class(const struct stet_sketch_kernels *k, const uint64_t *hash, size_t n,
			uint32_t width, uint64_t *out)
{
	const size_t n_out = n - width + 1;

	for (size_t i = 0; i < n_out; i += PART)
		part(k, hash + i, n_out - i < PART ? n_out - i : PART, width, out + i);
	return n_out;
}

/* The shingle at hash[0], token by token. */
static uint64_t one_shingle(const uint64_t *hash, uint32_t width)
{
	uint64_t sum = hash[0];

	for (uint32_t i = 1; i < width; i++)
		sum = sum * STET_SHINGLE_BASE + hash[i];
	return stet_mix64(sum + width);
}

size_t stet_class_run(const uint8_t *class, size_t i, size_t n)
{
	const uint64_t same = 0x0101010101010101u * class[i];
	const uint8_t c = class[i];
	uint64_t x;

	for (; i + sizeof(x) <= n; i += sizeof(x)) {
		memcpy(&x, class + i, sizeof(x));
		if (x != same)
			break;
	}
	while (i < n && class[i] == c)
		i++;
	return i;
}

/*
 * Shingles at `n` places, all of which fit: at all of them as if they were of the class of the
 * one in the middle, and then again where another class begins one.
 */
static void mixed_part(const struct stet_sketch_kernels *k, const uint64_t *hash,
		       const uint8_t *class, size_t n, const struct stet_widths *w, uint64_t *out)
{
	const uint8_t most = class[n / 2];

	part(k, hash, n, w->by_class[most], out);
	for (size_t i = 0, end; i < n; i = end) {
		const uint32_t width = w->by_class[class[i]];

		end = stet_class_run(class, i, n);
		if (class[i] != most && end - i >= FEW)
			part(k, hash + i, end - i, width, out + i);
		else if (class[i] != most)
			for (size_t j = i; j < end; j++)
				out[j] = one_shingle(hash + j, width);
	}
}

static size_t mixed(const struct stet_sketch_kernels *k, const uint64_t *hash, const uint8_t *class,
		    size_t n, const struct stet_widths *w, uint64_t *out)
{
	uint32_t widest = 0;
	size_t at = 0, n_out;

	for (int c = 0; c < STET_N_CLASSES; c++)
		widest = w->by_class[c] > widest ? w->by_class[c] : widest;
	while (at + widest <= n) {
		const size_t left = n - widest + 1 - at, now = left < PART ? left : PART;

		mixed_part(k, hash + at, class + at, now, w, out + at);
		at += now;
	}
	n_out = at;
	for (; at < n; at++)
		if (at + w->by_class[class[at]] <= n)
			out[n_out++] = one_shingle(hash + at, w->by_class[class[at]]);
	return n_out;
}

/* Of `n` tokens, one at least. */
static bool all_of_class(const uint8_t *class, size_t n)
{
	return memcmp(class, class + 1, n - 1) == 0;
}

size_t stet_shingles_by(const struct stet_sketch_kernels *k, const uint64_t *hash,
			const uint8_t *class, size_t n, const struct stet_widths *w, uint64_t *out)
{
	size_t n_out = 0;

	if (n == 0)
		return 0;
	if (!all_of_class(class, n))
		n_out = mixed(k, hash, class, n, w, out);
	else if (w->by_class[class[0]] <= n)
		n_out = one_class(k, hash, n, w->by_class[class[0]], out);
	if (n_out == 0)
		out[n_out++] = whole(hash, n);
	return n_out;
}

size_t stet_shingles(const struct stet_isa *isa, const uint64_t *hash, const uint8_t *class,
		     size_t n, const struct stet_widths *w, uint64_t *out)
{
	return stet_shingles_by(stet_sketch_kernels_of(isa), hash, class, n, w, out);
}
