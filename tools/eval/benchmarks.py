"""The sets whose truth people made or planted, each to a table: scan it, score it."""
import os
import subprocess
import sys

import files
import labels
import passages
from table import Table, verdict_word

GENERATOR = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'gen-corpus')
GENERATE = '--seed 7 --documents 2000 --plant all'.split()


# ---- pan13

PAN_NOTE = '''Passages copied between web documents (PAN 2013, text alignment), scored by plagdet's
character recall, precision and granularity, over the pairs of the truth.  A detection is a
block of the pair's row in `pairs.tsv`, whatever its verdict; what is said of one of several
documents with the same bytes is said of each.  "long": pairs with a block of 50 words or
more, at most 1 % for pairs that share nothing.  `02` must reach .98, 1.05, .95; the last
two kinds are beyond any fingerprint.'''


def pan_row(row):
    s = row['score']
    shown = [f'{s.recall():.4f}', f'{s.precision():.4f}', f'{s.granularity():.4f}'] if s.cases \
        else ['', '', '']
    return (row['kind'], row['pairs'], s.cases, len(s.per_case), *shown, row['long'],
            verdict_word(row['ok']))


def pan13(o, directory):
    rows, off = passages.score(f'{o.data}/pan13.truth.tsv', directory,
                               files.read_set(f'{o.data}/pan13.jsonl.zst'))
    must = [f'{susp} {src} {case}: recall {own.recall():.3f}, {sum(own.per_case)} blocks'
            for kind, susp, src, case, own in off if kind in passages.LIMITS]
    return all(row['ok'] is not False for row in rows), [
        Table('Passages: pan13', PAN_NOTE, ['kind', 'pairs', 'cases', 'detected', 'recall', 'precision',
                                            'granularity', 'long', '-'],
              map(pan_row, rows), must)]


# ---- webis-pairs

WEBIS_NOTE = '''Pairs of web pages labelled by people: 3 = equivalent, 2 = an updated version,
1 = partly the same, 0 = a template or nothing.  Thresholds are chosen on the odd lines of the
truth (the header is not counted) and scored on the even ones.  A measure is that of
`pairs.tsv` where the pair is there, else the oracle's.  "verdict": from which verdict on, in
the order template, shares, extended, revised, abridged, near, same, identical.  "coverage of
both x jaccard" asks for the words and for their neighbourhood in one number; it was chosen by
the odd lines among some ten such combinations, whose even lines were seen too.  FineWeb's 14
bands of 8 rows have no threshold; which pairs they find is a matter of the hashes drawn, so
their mean over 200 draws, by the Jaccard similarity of each pair, stands beside one real draw.  For each
question that answer of stet is chosen which is best on the odd lines; on the even ones it must
be at least as good as the best single measure there.  120 pairs: one more or less is .01 to .02.'''
VERDICT_NOTE = '''How often a label has a verdict.  "updated" needs two dates or urls, which these
pages do not have.'''
SINGLE = {name for name, _ in labels.MEASURES}


def webis_choice(rows, question):
    """Which of stet's answers is best on the odd lines; is it, on the even ones, as good as the
    best single measure there?  The even lines have no say in the choice."""
    mine = [row for row in rows if row[0] == question]
    chosen = max((r for r in mine if r[1].startswith('stet: ')), key=lambda r: r[3])
    return chosen[1], chosen[4] >= max(r[4] for r in mine if r[1] in SINGLE)


def webis_row(row):
    question, name, threshold, odd, even = row
    shown = '' if threshold is None else f'{threshold:.4f}'
    return question, name, shown, f'{odd:.4f}', f'{even:.4f}'


def webis(o, directory):
    rows, counts, updated = labels.webis(o.oracle_path, f'{o.data}/webis-pairs.truth.tsv', directory,
                                         files.read_set(f'{o.data}/webis-pairs.jsonl.zst'))
    chosen = {q: webis_choice(rows, q) for q, _ in labels.QUESTIONS}
    outcome = [(q, f'chosen: {name}', '', '', verdict_word(ok)) for q, (name, ok) in chosen.items()]
    return all(ok for _, ok in chosen.values()), [
        Table('Labels: webis-pairs', WEBIS_NOTE, ['label', 'by', 'from', 'F1 odd', 'F1 even'],
              [*map(webis_row, rows), *outcome]),
        verdict_table('Labels and verdicts: webis-pairs', VERDICT_NOTE, ['label', 'updated'],
                      [((k, updated[k]), {v: n for (label, v), n in counts.items() if label == k})
                       for k in range(4)])]


def verdict_table(title, notes, header, rows):
    """Rows are (first cells, {verdict: how often}); verdicts that nothing has are left out."""
    columns = [v for v in labels.COLUMNS if any(counts.get(v) for _, counts in rows)]
    return Table(title, notes, [*header, *(v or 'none' for v in columns)],
                 [(*cells, *(counts.get(v, 0) for v in columns)) for cells, counts in rows])


# ---- clough-stevenson

CLOUGH_NOTE = '''95 short answers, written from a source article by cutting it, revising it lightly
or heavily, or without it.  Coverage of the answer by its source: lowest, quartiles, highest.'''


def clough(o, directory):
    path = f'{o.data}/clough-stevenson'
    rows = labels.clough(o.oracle_path, f'{path}/truth.tsv', directory,
                         files.read_set(f'{path}/clough-stevenson.jsonl.gz'))
    return True, [verdict_table(
        'Rewriting: clough-stevenson', CLOUGH_NOTE,
        'category answers lowest 1/4 median 3/4 highest'.split(),
        [((category, n, *(f'{q:.2f}' for q in quantiles)), counts)
         for category, n, quantiles, counts in rows])]


# ---- gen-corpus

PLANTED_NOTE = f'''`tools/gen-corpus {' '.join(GENERATE)}`: pairs of which the generator says what they
are to each other, and what stet says.  "right": a verdict among those expected.'''


def generate(directory):
    """A corpus and its truth; where they are."""
    paths = f'{directory}/planted.jsonl', f'{directory}/planted.tsv'
    subprocess.run([sys.executable, GENERATOR, *GENERATE, '-o', paths[0], '--truth', paths[1]],
                   check=True, stderr=subprocess.DEVNULL)
    return paths


def planted(o, directory):
    rows = labels.planted(f'{o.out}/planted.tsv', directory)
    return True, [verdict_table(
        'Planted copies: gen-corpus', PLANTED_NOTE, 'kind expected pairs right'.split(),
        [((kind, expected, n, right), counts) for kind, expected, n, right, counts in rows])]


# name: what is scanned, below the data (None: generated), and what scores the report
ALL = {
    'pan13': ('pan13.jsonl.zst', pan13),
    'webis-pairs': ('webis-pairs.jsonl.zst', webis),
    'clough-stevenson': ('clough-stevenson/clough-stevenson.jsonl.gz', clough),
    'planted': (None, planted),
}
