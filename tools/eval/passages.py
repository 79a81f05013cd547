"""The passages planted in pan13: which of them are among the blocks of a report?"""
import re

from files import read_tsv
from plagdet import Score
from words import weight

LONG = 50		# words in a block that must not be in a pair without a planted passage
UNPLANTED = '01-no-plagiarism'
# kind: lowest recall, highest granularity, lowest precision
LIMITS = {'02-no-obfuscation': (.98, 1.05, .95)}


class Points:
    """Bytes of a text to code points."""

    def __init__(self, text):
        self.text, self.known = text, {}

    def at(self, byte):
        if byte not in self.known:
            self.known[byte] = len(self.text[:byte].decode())
        return self.known[byte]


def read_truth(path):
    """Cases by kind and pair, (begin, end) in code points; none for a pair that has nothing."""
    truth = {}
    for row in read_tsv(path):
        cases = truth.setdefault((row['kind'], row['susp'], row['src']), [])
        if row['this_offset']:
            this, source = int(row['this_offset']), int(row['source_offset'])
            cases.append(((this, this + int(row['this_length'])),
                          (source, source + int(row['source_length']))))
    return truth


class Blocks:
    """The blocks of a report, (range in 1, range in 2) in bytes.

    Of documents with the same bytes one is compared with the others for all of
    them; so what is said of it is said of each.
    """

    def __init__(self, directory):
        self.blocks, self.stands = {}, {}
        for row in read_tsv(f'{directory}/pairs.tsv'):
            ends = [tuple(map(int, b)) for b in
                    re.findall(r'(\d+)-(\d+):(\d+)-(\d+)', row['blocks'])]
            self.blocks[row['id1'], row['id2']] = [((a, b), (c, d)) for a, b, c, d in ends]
            if row['verdict'] == 'identical':
                self.stands[row['id1']] = row['id2']

    def of(self, a, b):
        """Those of a and b, whichever of them the report names first."""
        a, b = self.stands.get(a, a), self.stands.get(b, b)
        return self.blocks.get((a, b)) or [(there, here)
                                           for here, there in self.blocks.get((b, a), [])]


def score(truth_path, directory, documents):
    """A row for each kind of truth; every missed or split case, and every long block of a pair
    that has no case."""
    texts, blocks = dict(documents), Blocks(directory)
    points = {name: Points(text) for name, text in texts.items()}
    rows, cases_off = {}, []
    for (kind, susp, src), cases in read_truth(truth_path).items():
        row = rows.setdefault(kind, {'kind': kind, 'pairs': 0, 'long': 0, 'score': Score()})
        found = blocks.of(susp, src)
        found_points = [((points[susp].at(a), points[susp].at(b)), (points[src].at(c), points[src].at(d)))
                        for (a, b), (c, d) in found]
        long = [here for here, _ in found if weight(texts[susp][slice(*here)].decode()) >= LONG]
        row['pairs'] += 1
        row['long'] += bool(long)
        row['score'].add(cases, found_points)
        cases_off += off(kind, susp, src, cases, found_points)
    for row in rows.values():
        row['ok'] = is_ok(row)
    return [rows[kind] for kind in sorted(rows)], cases_off


def off(kind, susp, src, cases, found):
    """Cases that are not found as one block, each with a score of its own."""
    for case in cases:
        own = Score()
        own.add([case], found)
        if own.recall() < .98 or own.granularity() > 1:
            yield kind, susp, src, case, own


def is_ok(row):
    if row['kind'] == UNPLANTED:
        return row['long'] <= .01 * row['pairs']
    if row['kind'] not in LIMITS:
        return None
    s, (recall, granularity, precision) = row['score'], LIMITS[row['kind']]
    return s.recall() >= recall and s.granularity() <= granularity and s.precision() >= precision
