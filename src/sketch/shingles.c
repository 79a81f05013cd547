/*
 * shingles.c - hashes of w tokens in a row, for any w
 *
 * With t[i] the hash of token i, prefix[i] = t[0] * B^(i-1) + ... + t[i-1] (mod
 * 2^64), the shingle at i is prefix[i + w] - prefix[i] * B^w, mixed.  One multiply a
 * token and one a shingle, whatever w; token hashes are well mixed, so the known
 * weakness of polynomials mod 2^64 (structured input) does not bite.
 */
#include "stet/sketch.h"

#include <stdbool.h>


#define BASE 0x9e3779b97f4a7c15u	/* odd, no structure */

/* Slides one window per class over the tokens, so no array of prefixes is needed. */
struct window {
	uint32_t width;
	uint64_t drop;		/* BASE^width: what the token leaving has grown to */
	uint64_t sum;
};

static void window_init(struct window *win, uint32_t width, const uint64_t *hash, size_t n)
{
	win->width = width;
	win->drop = 1;
	win->sum = 0;
	for (uint32_t i = 0; i < width; i++) {
		win->drop *= BASE;
		win->sum = win->sum * BASE + (i < n ? hash[i] : 0);
	}
}

static inline void window_slide(struct window *win, const uint64_t *hash, size_t n, size_t i)
{
	const size_t next = i + win->width;

	win->sum = win->sum * BASE + (next < n ? hash[next] : 0) - hash[i] * win->drop;
}

static uint64_t whole(const uint64_t *hash, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = sum * BASE + hash[i];
	return stet_mix64(sum + n);
}

/* Most texts are of one class: one window, no look at the classes. */
static size_t one_class(const uint64_t *hash, size_t n, uint32_t width, uint64_t *out)
{
	struct window win;

	window_init(&win, width, hash, n);
	for (size_t i = 0; i + width <= n; i++) {
		out[i] = stet_mix64(win.sum + width);
		window_slide(&win, hash, n, i);
	}
	return n - width + 1;
}

static size_t mixed(const uint64_t *hash, const uint8_t *class, size_t n,
		    const struct stet_widths *w, uint64_t *out)
{
	struct window win[STET_N_CLASSES];
	size_t n_out = 0;

	for (int c = 0; c < STET_N_CLASSES; c++)
		window_init(&win[c], w->by_class[c], hash, n);
	for (size_t i = 0; i < n; i++) {
		const struct window *own = &win[class[i]];

		if (i + own->width <= n)
			out[n_out++] = stet_mix64(own->sum + own->width);
		for (int c = 0; c < STET_N_CLASSES; c++)
			window_slide(&win[c], hash, n, i);
	}
	return n_out;
}

static bool all_of_class(const uint8_t *class, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (class[i] != class[0])
			return false;
	return true;
}

size_t stet_shingles(const uint64_t *hash, const uint8_t *class, size_t n,
		     const struct stet_widths *w, uint64_t *out)
{
	size_t n_out = 0;

	if (n == 0)
		return 0;
	if (!all_of_class(class, n))
		n_out = mixed(hash, class, n, w, out);
	else if (w->by_class[class[0]] <= n)
		n_out = one_class(hash, n, w->by_class[class[0]], out);
	if (n_out == 0)
		out[n_out++] = whole(hash, n);
	return n_out;
}
