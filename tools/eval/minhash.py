"""
The bands of FineWeb, to stand beside: 14 bands of 8 rows over word 5-grams.

Two documents are a pair when any band is equal (Penedo et al. 2024, "The FineWeb
Datasets"); nothing is compared after that.
"""
import hashlib
import random

from words import words

BANDS, ROWS, WIDTH = 14, 8, 5
LOW = (1 << 32) - 1


def permutations():
    numbers = random.Random(1)
    return [(numbers.getrandbits(32) | 1, numbers.getrandbits(32)) for _ in range(BANDS * ROWS)]


def bands(text, lanes=tuple(permutations())):
    """The bands of a text; none if it has no words.  A lane is the least a*x + b modulo 2^32."""
    w = words(text)
    grams = {' '.join(w[i:i + WIDTH]) for i in range(max(1, len(w) - WIDTH + 1))} if w else ()
    hashes = [int.from_bytes(hashlib.blake2b(g.encode(), digest_size=4).digest(), 'big')
              for g in grams]
    if not hashes:
        return []
    minima = [min([(a * x + b) & LOW for x in hashes]) for a, b in lanes]
    return [tuple(minima[k * ROWS:(k + 1) * ROWS]) for k in range(BANDS)]


def is_pair(bands1, bands2):
    return any(a == b for a, b in zip(bands1, bands2))
