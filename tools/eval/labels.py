"""
Pairs that people labelled, and copies that were planted, against verdicts.

webis-pairs: labels 0 to 3; clough-stevenson: answers by how they were written;
gen-corpus: articles of which the generator says what they are to each other.
"""
import multiprocessing
import random

import minhash
import proof
from files import read_tsv
from verdicts import COPY, ORDER, Verdicts, rank

COLUMNS = [*reversed(ORDER), None]


def measures(oracle, verdicts, texts, pairs):
    """(coverage of 1, coverage of 2, Jaccard, tokens of 1, tokens of 2) of each pair: of the
    report where it has the pair, else of the oracle."""
    answers = proof.measure(oracle, [(texts[a], texts[b]) for a, b in pairs])
    result = []
    for (a, b), true in zip(pairs, answers):
        shares = verdicts.shares(a, b) or (true['coverage'], true['covers'], true['jaccard'])
        result.append((*shares, true['c_tokens'], true['s_tokens']))
    return result


# ---- webis-pairs

def aligned_ratio(coverage1, coverage2, _, tokens1, tokens2):
    return (coverage1 * tokens1 + coverage2 * tokens2) / max(1, tokens1 + tokens2)


MEASURES = (
    ('coverage of both', lambda c1, c2, *_: min(c1, c2)),
    ('coverage of either', lambda c1, c2, *_: max(c1, c2)),
    ('jaccard', lambda c1, c2, j, *_: j),
    ('aligned ratio', aligned_ratio),
)
QUESTIONS = (('3', lambda label: label == 3), ('1-3', lambda label: label >= 1))


def f1(said, true):
    right = sum(s and t for s, t in zip(said, true))
    return 2 * right / (sum(said) + sum(true)) if right else 0.0


def best_threshold(values, true):
    """The value from which on to say yes that gives the best F1; halfway to the next below it, so
    that what lies between known values is decided by the nearer."""
    known = sorted(set(values), reverse=True)
    best = max(known, key=lambda t: f1([v >= t for v in values], true))
    below = known[known.index(best) + 1:]
    return (best + below[0]) / 2 if below else best


def judge(values, true):
    """Threshold chosen on the odd lines, F1 there, F1 on the even lines."""
    threshold = best_threshold(values[::2], true[::2])
    said = [v >= threshold for v in values]
    return threshold, f1(said[::2], true[::2]), f1(said[1::2], true[1::2])


def webis_rows(values_by_name, fixed_by_name, labels):
    """For each question and each way to answer it: question, name, threshold, F1 odd, F1 even."""
    rows = []
    for question, is_yes in QUESTIONS:
        true = [is_yes(label) for label in labels]
        for name, values in values_by_name:
            rows.append((question, name, *judge(values, true)))
        for name, said in fixed_by_name:
            rows.append((question, name, None, f1(said[::2], true[::2]), f1(said[1::2], true[1::2])))
    return rows


def mean_of_bands(jaccards, true, draws=200):
    """Mean F1 of bands over many draws of hashes: F1 odd, F1 even."""
    chance, sums = random.Random(1), [0, 0]
    likely = [1 - (1 - j ** minhash.ROWS) ** minhash.BANDS for j in jaccards]
    for _ in range(draws):
        said = [chance.random() < p for p in likely]
        for odd in (0, 1):
            sums[odd] += f1(said[odd::2], true[odd::2])
    return sums[0] / draws, sums[1] / draws


def bands_of(texts):
    with multiprocessing.Pool(2) as pool:
        return dict(zip(texts, pool.map(minhash.bands, (t.decode() for t in texts.values()), 8)))


def webis(oracle, truth_path, directory, documents):
    """Rows of F1, and how often each label has each verdict: {(label, verdict): pairs}."""
    texts, verdicts = dict(documents), Verdicts(directory)
    truth = [(r['id1'], r['id2'], int(r['label'])) for r in read_tsv(truth_path)]
    pairs = [(a, b) for a, b, _ in truth]
    labels = [label for *_, label in truth]
    said = [verdicts.of(a, b) for a, b in pairs]
    m = measures(oracle, verdicts, texts, pairs)
    by_name = [(name, [measure(*v) for v in m]) for name, measure in MEASURES]
    by_name.append(('stet: verdict', [rank(v) for v in said]))
    by_name.append(('stet: coverage of both x jaccard', [min(c1, c2) * j for c1, c2, j, *_ in m]))
    bands = bands_of({name: texts[name] for pair in pairs for name in pair})
    fixed = [('stet: near or better', [rank(v) >= rank('near') for v in said]),
             ('stet: any copy', [v in COPY for v in said]),
             ('FineWeb 14x8', [minhash.is_pair(bands[a], bands[b]) for a, b in pairs])]
    counts = {}
    for label, verdict in zip(labels, said):
        counts[label, verdict] = counts.get((label, verdict), 0) + 1
    updated = [sum(label == k and frozenset(pair) in verdicts.updated
                   for label, pair in zip(labels, pairs)) for k in range(4)]
    rows = webis_rows(by_name, fixed, labels)
    for question, is_yes in QUESTIONS:
        rows.append((question, 'FineWeb 14x8, mean', None,
                     *mean_of_bands([v[2] for v in m], [is_yes(label) for label in labels])))
    return rows, counts, updated


# ---- clough-stevenson

def quantiles(values):
    values = sorted(values)
    return [values[round(q * (len(values) - 1))] for q in (0, .25, .5, .75, 1)]


def clough(oracle, truth_path, directory, documents):
    """By category: (category, answers, coverage quantiles, {verdict: answers})."""
    texts, verdicts = dict(documents), Verdicts(directory)
    truth = list(read_tsv(truth_path))
    pairs = [(r['answer'], r['source']) for r in truth]
    rows = []
    m = measures(oracle, verdicts, texts, pairs)
    for category in 'cut light heavy non'.split():
        mine = [k for k, r in enumerate(truth) if r['category'] == category]
        counts = {}
        for k in mine:
            verdict = verdicts.of(*pairs[k])
            counts[verdict] = counts.get(verdict, 0) + 1
        rows.append((category, len(mine), quantiles([m[k][0] for k in mine]), counts))
    return rows


# ---- gen-corpus

def planted(truth_path, directory):
    """By kind and what is expected: (kind, expected, pairs, right, {verdict: pairs})."""
    verdicts = Verdicts(directory)
    rows = {}
    for row in read_tsv(truth_path):
        expected = row['expected'].split('|')
        counts = rows.setdefault((row['kind'], row['expected']), [0, {}])
        verdict = verdicts.of(row['id_copy'], row['id_original'])
        counts[0] += (verdict or 'none') in expected
        counts[1][verdict] = counts[1].get(verdict, 0) + 1
    return [(kind, expected, sum(counts.values()), right, counts)
            for (kind, expected), (right, counts) in rows.items()]
