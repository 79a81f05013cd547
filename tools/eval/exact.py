#!/usr/bin/env python3
"""
How much of what `stet scan --exact` is sure to find does a plain scan find?

Scans each set twice and pools the pairs of exact.tsv by band.  A pair is found when
both ids are in one cluster, in pairs.tsv with any verdict, or in one template or
boilerplate group; "alone" counts without those groups.  What is missed was either not
proposed (the report of the exact scan holds it) or compared and given no verdict.

Exit status 1 if a band is under its bound.
"""
import argparse
import collections
import os
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from files import read_tsv
from recall import Found

SETS = ('congress-press click-id thaigov-v2 xin-wen-lian-bo bbc-news fnc-1 ant-arabic '
        'opensource-guide').split()

# name, does a pair belong to the band, least share of it that must be found
BANDS = (
    ('J>=.8', lambda p: p['j'] >= .8, .995),
    ('J>=.7', lambda p: p['j'] >= .7, .99),
    ('J>=.5', lambda p: p['j'] >= .5, .95),
    ('C>=.8', lambda p: p['c'] >= .8 and p['tokens'] >= 50, .95),
)


def options():
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument('--stet', default=f'{top}/build/release/stet', help='the program [%(default)s]')
    p.add_argument('--data', default=f'{top}/../shared/data', help='where the sets are [%(default)s]')
    p.add_argument('--sets', default=','.join(SETS), help='which, with commas [all]')
    p.add_argument('--share', default='.5', help='of --exact [%(default)s]')
    p.add_argument('--scan', default='', metavar='OPTIONS', help='further options for the plain scan')
    p.add_argument('--out', metavar='DIR', help='keep the reports there, DIR/SET and DIR/SET.exact')
    p.add_argument('--reuse', action='store_true', help='do not scan where a report is there')
    p.add_argument('--seconds', type=int, default=900, help='limit of a scan [%(default)s]')
    p.add_argument('--missed', metavar='FILE', help='list the missed pairs there')
    return p.parse_args()


def scan(o, name, directory, more):
    if o.reuse and os.path.isdir(directory):
        return
    run = subprocess.run([o.stet, 'scan', '-q', f'{o.data}/{name}.jsonl.zst', '-o', directory,
                          '--force', *more], timeout=o.seconds, check=False)
    if run.returncode not in (0, 3):
        raise OSError(f'stet scan {name} ended with {run.returncode}')


def read_pairs(name, plain, exact):
    """The pairs of exact.tsv, and how each report holds them."""
    in_plain, in_exact = Found(plain), Found(exact)
    pairs = []
    for row in read_tsv(f'{exact}/exact.tsv'):
        ids = row['id1'], row['id2']
        shingles = int(row['shingles1']), int(row['shingles2'])
        pairs.append({'set': name, 'row': row, 'j': float(row['jaccard']),
                      'c': int(row['common']) / min(shingles),
                      'tokens': min(int(row['tokens1']), int(row['tokens2'])),
                      'plain': in_plain.how(*ids), 'exact': in_exact.how(*ids)})
    return pairs


def score(pairs):
    """Print a line for each band; the pairs missed in any, and whether all are well."""
    well, missed = True, {}
    for name, belongs, bound in BANDS:
        band = [p for p in pairs if belongs(p)]
        gone = [p for p in band if p['plain'] is None]
        alone = sum(p['plain'] in (None, 'group') for p in band)
        proposed = sum(p['exact'] is None for p in gone)
        ok = len(gone) <= (1 - bound) * len(band)
        well &= ok
        missed.update((id(p), p) for p in gone)
        share = 1 - len(gone) / max(1, len(band))
        print(f'{name:16} {len(band):7} {len(gone):7} {len(gone) - proposed:9} {proposed:9} '
              f'{alone:7} {share:8.4f} {bound:6}  {"ok" if ok else "MISSED"}')
    return well, list(missed.values())


def print_missed(missed):
    """By set and length of the smaller document: few tokens are most of the reasons."""
    count = collections.Counter()
    for p in missed:
        length = '<20' if p['tokens'] < 20 else '<50' if p['tokens'] < 50 else '>=50'
        count[p['set'], length, 'no verdict' if p['exact'] is None else 'not proposed'] += 1
    for (name, length, why), n in sorted(count.items()):
        print(f'{name:16} {length:>4} tokens, {why}: {n}')


def list_missed(path, missed):
    with open(path, 'w', encoding='utf-8') as file:
        for p in missed:
            row = p['row']
            print(p['set'], row['id1'], row['id2'], row['jaccard'], f'{p["c"]:.4f}', row['tokens1'],
                  row['tokens2'], p['exact'] or 'no-verdict', sep='\t', file=file)


def main():
    o = options()
    pairs = []
    with tempfile.TemporaryDirectory(prefix='stet-exact-') as scratch:
        out = o.out or scratch
        os.makedirs(out, exist_ok=True)
        for name in o.sets.split(','):
            plain, exact = f'{out}/{name}', f'{out}/{name}.exact'
            scan(o, name, plain, shlex.split(o.scan))
            scan(o, name, exact, ['--exact', o.share])
            pairs += read_pairs(name, plain, exact)
    print(f'{"band":16} {"pairs":>7} {"missed":>7} {"unseen":>9} {"no verdict":>9} {"alone":>7} '
          f'{"found":>8} {"bound":>6}')
    well, missed = score(pairs)
    print_missed(missed)
    if o.missed:
        list_missed(o.missed, missed)
    return 0 if well else 1


if __name__ == '__main__':
    try:
        sys.exit(main())
    except (OSError, ValueError, subprocess.TimeoutExpired) as e:
        sys.exit(f'exact: {e}')
