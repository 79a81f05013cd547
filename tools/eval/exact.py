"""How much of what `stet scan --exact` is sure to find does a plain scan find?"""
import collections
import os
import subprocess

from files import read_tsv
from recall import Found
from table import Table, verdict_word

SHARE = '.5'

# name, does a pair belong to the band, least share of it that must be found
BANDS = (
    ('J>=.8', lambda p: p['j'] >= .8, .995),
    ('J>=.7', lambda p: p['j'] >= .7, .99),
    ('J>=.5', lambda p: p['j'] >= .5, .95),
    ('C>=.8, 50 tokens', lambda p: p['c'] >= .8 and p['tokens'] >= 50, .95),
)

NOTE = f'''Every pair of documents of these sets that has a Jaccard similarity, or a containment of
the smaller one, of {SHARE} or more: `stet scan --exact {SHARE}` finds them by theorem, and lists them in
`exact.tsv`.  Found by a plain scan as above, with and without ("alone") template and boilerplate
groups; what is missed was not proposed, or compared and given no verdict.'''


def scan(o, path, directory):
    if o.reuse and os.path.isdir(directory):
        return
    run = subprocess.run([o.stet, 'scan', '-q', path, '-o', directory, '--force', '--exact', SHARE],
                         check=False)
    if run.returncode not in (0, 3):
        raise OSError(f'stet scan --exact {path} ended with {run.returncode}')


def read_pairs(name, plain, exact):
    """The pairs of exact.tsv, and how each report holds them."""
    in_plain, in_exact = Found(plain), Found(exact)
    for row in read_tsv(f'{exact}/exact.tsv'):
        ids = row['id1'], row['id2']
        shingles = int(row['shingles1']), int(row['shingles2'])
        yield {'set': name, 'j': float(row['jaccard']), 'c': int(row['common']) / min(shingles),
               'tokens': min(int(row['tokens1']), int(row['tokens2'])),
               'plain': in_plain.how(*ids), 'exact': in_exact.how(*ids)}


def score(pairs):
    """A row for each band, the pairs missed in any, and whether all are well."""
    rows, well, missed = [], True, {}
    for name, belongs, bound in BANDS:
        band = [p for p in pairs if belongs(p)]
        gone = [p for p in band if p['plain'] is None]
        alone = sum(p['plain'] in (None, 'group') for p in band)
        no_verdict = sum(p['exact'] is None for p in gone)
        ok = len(gone) <= (1 - bound) * len(band)
        n = max(1, len(band))
        rows.append((name, len(band), len(gone) - no_verdict, no_verdict, f'{1 - len(gone) / n:.4f}',
                     f'{1 - alone / n:.4f}', bound, verdict_word(ok)))
        well &= ok
        missed.update((id(p), p) for p in gone)
    return rows, list(missed.values()), well


def reasons(missed):
    """By set and length of the smaller document: few tokens are most of the reasons."""
    count = collections.Counter()
    for p in missed:
        length = '<20' if p['tokens'] < 20 else '<50' if p['tokens'] < 50 else '>=50'
        count[p['set'], length, 'no verdict' if p['exact'] is None else 'not proposed'] += 1
    return [f'{name}, {length} tokens, {why}: {n}' for (name, length, why), n in sorted(count.items())]


def tables(o, names):
    """Scan the sets once more, exactly; the plain reports are in o.out."""
    pairs = []
    for name in names:
        scan(o, f'{o.data}/{name}.jsonl.zst', f'{o.out}/{name}.exact')
        pairs += read_pairs(name, f'{o.out}/{name}', f'{o.out}/{name}.exact')
    rows, missed, well = score(pairs)
    header = ['band', 'pairs', 'not proposed', 'no verdict', 'found', 'alone', 'least', '-']
    return well, [Table('Recall of all pairs, by --exact', NOTE, header, rows, reasons(missed))]
