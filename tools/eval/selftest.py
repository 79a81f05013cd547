"""tools/eval on a report made by hand, and the oracle on pairs with known answers."""
import json
import os
import subprocess
import tempfile

import proof
import recall
import selftest_scores
from files import read_tsv

PAIRS = ('id1 id2 verdict coverage1 coverage2 jaccard longest core1 core2 blocks input1 record1 '
         'input2 record2').replace(' ', '\t')


def words(first, n):
    return ' '.join(f'w{k}' for k in range(first, first + n))


def changed(text, every):
    parts = text.split()
    return ' '.join('x%d' % k if k % every == every - 1 else p for k, p in enumerate(parts))


# text C, text S, and c_tokens s_tokens aligned longest common/all shingles
ORACLE_CASES = [
    (words(0, 50), words(0, 50), 50, 50, 50, 50, 1),
    (words(0, 20), words(100, 60), 20, 60, 0, 0, 0),
    # one half moved behind the other: two tiles, not in order
    (words(0, 20) + ' ' + words(50, 20), words(50, 20) + ' ' + words(0, 20), 40, 40, 40, 20, 32 / 40),
    # a gap of 10 words with 4 in common, in order
    (words(0, 10) + ' a b c d e f g h i j ' + words(20, 10),
     words(0, 10) + ' q a r b s c d t ' + words(20, 10), 30, 28, 24, 10, 12 / 38),
    # the same gap, but of more than 20 words on one side
    (words(0, 10) + ' a b c d ' + words(20, 10),
     words(0, 10) + ' q ' + words(200, 19) + ' a ' + words(20, 10), 24, 41, 20, 10, 12 / 45),
    # runs of 4 are no tiles
    (changed(words(0, 40), 5), words(0, 40), 40, 40, 0, 0, 0),
    (changed(words(0, 42), 6), words(0, 42), 42, 42, 35, 5, 7 / 69),
    # one character cluster weighs a quarter of a word, a Han character .6
    ('\u0e01' * 19 + ' a', 'b ' + '\u0e01' * 19, 20, 20, 0, 0, 1 / 3),
    ('\u6f22' * 9 + ' a', 'b ' + '\u6f22' * 9, 10, 10, 9, 9, 0),
    # folding
    ('Stra\u00dfe \ufb01n don\u2019t \uff21\uff22 caf\u00e9 na\u00efve',
     "STRASSE fin DONT ab cafe\u0301 nai\u0308ve", 6, 6, 6, 6, 1),
    ('one two\u00adtwo three four five six', 'ONE twotwo three, four; five - six', 6, 6, 6, 6, 1),
    ("'a b' c's 5's", 'a b cs 5 s', 5, 5, 5, 5, 1),
]


def check(what, got, want):
    if got == want:
        return 0
    print(f'{what}: {got!r} instead of {want!r}')
    return 1


def test_oracle(oracle):
    answers = proof.measure(oracle, [(c.encode(), s.encode()) for c, s, *_ in ORACLE_CASES])
    failed = 0
    for k, (case, true) in enumerate(zip(ORACLE_CASES, answers)):
        got = [true[key] for key in ('c_tokens', 's_tokens', 'aligned', 'longest')]
        failed += check(f'oracle case {k}', got, list(case[2:6]))
        failed += check(f'jaccard of case {k}', round(true['jaccard'], 4), round(case[6], 4))
    return failed


def write_report(d):
    """a = b, c near a, d and e in pairs.tsv, f and g share a footer, h alone."""
    texts = {'a': words(0, 60), 'b': words(0, 60), 'c': changed(words(0, 60), 15),
             'd': words(100, 60), 'e': words(100, 60) + ' ' + words(300, 60),
             'f': words(400, 30), 'g': words(500, 30), 'h': words(600, 30)}

    def member(name, **more):
        return {'id': name, 'input': 'x', 'record': 'abcdefgh'.index(name), **more}

    def copy(name, verdict, coverage, jaccard):
        return member(name, verdict=verdict, coverage=coverage, covers=coverage, core=coverage,
                      core_covers=coverage, jaccard=jaccard)

    with open(f'{d}/clusters.jsonl', 'w', encoding='utf-8') as file:
        print(json.dumps({'cluster': '0' * 16, 'size': 3, 'stands': member('a'), 'copies': [
            copy('b', 'identical', 1, 1), copy('c', 'near', .9333, .5)]}), file=file)
    with open(f'{d}/pairs.tsv', 'w', encoding='utf-8') as file:
        print(PAIRS, file=file)
        print('b a identical 1.0000 1.0000 1.0000 60 1 1 - x 1 x 0'.replace(' ', '\t'), file=file)
        print('d e abridged 1.0000 0.4950 0.4828 60 1 .5 - x 3 x 4'.replace(' ', '\t'), file=file)
    with open(f'{d}/places.tsv', 'w', encoding='utf-8') as file:
        print('block\tkind\tinput\trecord\tid\tstart\tend', file=file)
        print('1\tboilerplate\tx\t5\tf\t0\t9\n1\tboilerplate\tx\t6\tg\t0\t9', file=file)
        print('2\trepeat\tx\t6\tg\t0\t9\n2\trepeat\tx\t7\th\t0\t9', file=file)
    return [(name, text.encode()) for name, text in texts.items()]


def test_recall(d):
    def listed(a, b, j, c):
        return {'ids': (a, b), 'j': j, 'c': c, 'row': {}}

    rows, missed = recall.score([
        listed('a', 'b', 1, 1), listed('c', 'b', .6, .8), listed('e', 'd', .5, 1),
        listed('f', 'g', .85, .9), listed('g', 'h', .9, .95), listed('a', 'h', .3, .4)],
        recall.Found(d))
    got = [(r['listed'], r['missed'], r['missed_alone'], r['ok']) for r in rows]
    want = [(3, 1, 2, True), (5, 1, 2, False), (5, 1, 2, False)]
    return check('recall', got, want) + check('missed', [p['ids'] for p in missed], [('g', 'h')])


def test_proof(oracle, d, documents):
    pairs = proof.check_pairs(oracle, d, documents)
    clusters = proof.check_clusters(oracle, d, documents)
    failed = check('rows', pairs['rows'], 2)
    failed += check('rows off', [w[1]['id1'] for w in pairs['wrong']], [])
    failed += check('worst covers', round(pairs['worst']['coverage2'], 3), .005)
    failed += check('members', (clusters['members'], len(clusters['wrong'])), (2, 0))
    documents[2] = documents[7]
    failed += check('a member that is no copy', [w[1]['id'] for w in
                    proof.check_clusters(oracle, d, documents)['wrong']], ['c'])
    documents[3] = documents[7]
    failed += check('a pair that is none', [w[1]['id1'] for w in
                    proof.check_pairs(oracle, d, documents)['wrong']], ['d'])
    return failed


# kind: lowest coverage and covers the oracle must see in each pair, highest it may see
PLANTED = {
    'identical': ((1, 1), (1, 1)), 'reworded': ((.6, .6), (.99, .99)), 'ocr': ((.4, .4), (.99, .99)),
    'abridged': ((1, .4), (1, .9)), 'roundup': ((.08, 1), (.2, 1)), 'story': ((.8, .8), (.99, 1)),
    'template': ((.4, .4), (.97, .97)), 'footer': ((.01, .01), (.5, .5)), 'chain': ((0, 0), (.6, .6)),
}


def test_planted(oracle, kinds):
    failed = check('kinds', sorted(kinds), sorted(PLANTED))
    for kind, pairs in kinds.items():
        low, high = PLANTED[kind]
        for k, true in enumerate(proof.measure(oracle, pairs)):
            got = true['coverage'], true['covers']
            if not (low[0] <= got[0] <= high[0] and low[1] <= got[1] <= high[1]):
                failed += check(f'{kind} pair {k}', got, PLANTED[kind])
    return failed


def test_gen_corpus(oracle, d):
    """The same bytes from one process and two; the truth names articles, originals earliest."""
    generate = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'gen-corpus')
    out = []
    for jobs in '1', '2':
        subprocess.run([generate, '--seed', '7', '--documents', '600', '--plant', 'all', '-j', jobs,
                        '-o', f'{d}/corpus', '--truth', f'{d}/truth'], check=True, stderr=subprocess.DEVNULL)
        with open(f'{d}/corpus', 'rb') as corpus, open(f'{d}/truth', 'rb') as truth:
            out.append((corpus.read(), truth.read()))
    failed = check('same bytes', out[0] == out[1], True)
    documents = {doc['id']: doc for doc in map(json.loads, out[0][0].splitlines())}
    kinds = {}
    for row in read_tsv(f'{d}/truth'):
        copy, original = documents[row['id_copy']], documents[row['id_original']]
        kinds.setdefault(row['kind'], []).append((copy['text'].encode(), original['text'].encode()))
        if row['kind'] != 'footer':
            failed += check(f'order of {copy["id"]}', copy['date'] > original['date'], True)
    return failed + test_planted(oracle, kinds)


def run(oracle):
    if not os.access(oracle, os.X_OK):
        print(f'no oracle at {oracle}')
        return 1
    failed = test_oracle(oracle)
    with tempfile.TemporaryDirectory(prefix='stet-eval-') as d:
        documents = write_report(d)
        failed += test_recall(d) + test_proof(oracle, d, documents)
        failed += test_gen_corpus(oracle, d)
        failed += selftest_scores.run(oracle, d)
    print(f'self-test: {failed} failed')
    return 1 if failed else 0
