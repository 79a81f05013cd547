"""Which of the listed pairs of a set does a report hold?"""
from collections import defaultdict

from files import read_clusters, read_tsv
from words import weight

# name, does a listed pair belong to the band, how many of n may be missed
BANDS = (
    ('J>=.8', lambda p: p['j'] >= .8, lambda n: max(1, .01 * n)),
    ('J>=.5', lambda p: p['j'] >= .5, lambda n: .05 * n),
    ('C>=.8', lambda p: p['c'] >= .8, lambda n: .10 * n),
)

# name, does a listed pair of any set belong to the band, which share has to be found
POOLED = (
    ('J>=.8', lambda p: p['j'] >= .8, .995),
    ('J>=.7', lambda p: p['j'] >= .7, .99),
    ('J>=.5', lambda p: p['j'] >= .5, .95),
    ('C>=.8, 50 words', lambda p: p['c'] >= .8 and p['words'] >= 50, .95),
)


def read_list(path):
    """The pairs computed for a set; c is the larger containment of the two."""
    return [{'ids': (row['id1'], row['id2']), 'j': float(row['jaccard']),
             'c': max(float(row['contain1in2']), float(row['contain2in1'])), 'row': row}
            for row in read_tsv(path)]


class Found:
    """Everything a report says about pairs of ids.  Ids may repeat: any of them counts."""

    def __init__(self, directory):
        self.clusters, self.groups, self.pairs = defaultdict(set), defaultdict(set), {}
        for cluster in read_clusters(directory):
            for member in [cluster['stands'], *cluster['copies']]:
                self.clusters[member.get('id')].add(cluster['cluster'])
        for row in read_tsv(f'{directory}/pairs.tsv'):
            self.pairs[frozenset((row['id1'], row['id2']))] = row['verdict']
        for row in read_tsv(f'{directory}/places.tsv'):
            if row['kind'] in ('boilerplate', 'template'):
                self.groups[row['id']].add(row['block'])

    def how(self, a, b):
        """'cluster', a verdict, 'group' (template or boilerplate), or None."""
        if self.clusters[a] & self.clusters[b]:
            return 'cluster'
        verdict = self.pairs.get(frozenset((a, b)))
        if verdict and verdict != 'template':
            return verdict
        if verdict or self.groups[a] & self.groups[b]:
            return 'group'
        return None


def score(listed, found):
    """A row for each band, and the pairs missed in any."""
    for pair in listed:
        pair['how'] = found.how(*pair['ids'])
    rows = []
    for name, belongs, allowance in BANDS:
        pairs = [p for p in listed if belongs(p)]
        missed = sum(p['how'] is None for p in pairs)
        rows.append({'band': name, 'listed': len(pairs), 'missed': missed,
                     'missed_alone': sum(p['how'] in (None, 'group') for p in pairs),
                     'allowed': allowance(len(pairs)), 'ok': missed <= allowance(len(pairs))})
    missed = [p for p in listed if p['how'] is None and any(b[1](p) for b in BANDS)]
    return rows, missed


def add_words(listed, documents):
    """The length of the smaller document, in words, to each pair."""
    needed = {name for p in listed for name in p['ids']}
    lengths = {name: weight(text.decode()) for name, text in documents if name in needed}
    for p in listed:
        p['words'] = min(lengths.get(name, 0) for name in p['ids'])


def pool(listed):
    """A row for each band over the pairs of all sets, as score() has left them."""
    rows = []
    for name, belongs, least in POOLED:
        hows = [p['how'] for p in listed if belongs(p)]
        found = sum(how is not None for how in hows)
        rows.append({'band': name, 'listed': len(hows), 'found': found,
                     'found_alone': sum(how not in (None, 'group') for how in hows),
                     'least': least, 'ok': found >= least * len(hows)})
    return rows
