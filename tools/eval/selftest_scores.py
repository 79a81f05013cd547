"""The scores of tools/eval on cases small enough to count by hand."""
import json

import benchmarks
import labels
import minhash
import passages
import plagdet
import recall
import small
import words
from table import Table
from verdicts import Verdicts

HEADER = 'id1 id2 verdict coverage1 coverage2 jaccard longest core1 core2 blocks input1 record1 ' \
         'input2 record2'.split()


def check(what, got, want):
    if got == want:
        return 0
    print(f'{what}: {got!r} instead of {want!r}')
    return 1


def plagdet_of(cases, detections):
    score = plagdet.Score()
    score.add(cases, detections)
    return (round(score.recall(), 4), round(score.precision(), 4), score.granularity())


def test_plagdet():
    case = ((0, 100), (200, 300))
    # each side: of 100 characters 60 found, of 80 said 60 right
    failed = check('plagdet', plagdet_of([case], [((40, 120), (240, 320))]), (.6, .75, 1))
    failed += check('in one side only', plagdet_of([case], [((0, 100), (300, 400))]), (0, 0, 1))
    # two blocks for one case; their common characters count once
    failed += check('split', plagdet_of([case], [((0, 60), (200, 260)), ((40, 100), (240, 300))]),
                    (1, 1, 2))
    failed += check('one block for two cases', plagdet_of(
        [case, ((150, 200), (350, 400))], [((0, 200), (200, 400))]), (1, .75, 1))
    # a case that is not detected has no granularity
    failed += check('missed', plagdet_of([case, ((500, 600), (500, 600))], [case]), (.5, 1, 1))
    failed += check('touching', plagdet_of([case], [((100, 200), (300, 400))]), (0, 0, 1))
    return failed + check('nothing', plagdet_of([], []), (0, 0, 1))


def write_pairs(d, rows):
    with open(f'{d}/pairs.tsv', 'w', encoding='utf-8') as file:
        for row in [HEADER, *rows]:
            print(*row, sep='\t', file=file)


def row(id1, id2, verdict, blocks, coverage=('1.0000', '0.5000')):
    return [id1, id2, verdict, *coverage, '0.4000', 9, *coverage, blocks, 'x', 0, 'x', 0]


def test_passages(d):
    """Offsets in code points; a block said of src is said of its twin, in either order."""
    text = '\u00e9' * 10 + ' ' + 'one two three ' * 20
    documents = [(name, text.encode()) for name in ('susp', 'src', 'twin', 'other')]
    write_pairs(d, [row('src', 'susp', 'shares', '21-301:21-161'), row('twin', 'src', 'identical', '-')])
    with open(f'{d}/truth', 'w', encoding='utf-8') as file:
        print('kind susp src this_offset this_length source_offset source_length'.replace(' ', '\t'),
              file=file)
        print('02-no-obfuscation\tsusp\ttwin\t11\t140\t11\t280', file=file)
        print('01-no-plagiarism\tsusp\tother\t\t\t\t', file=file)
        print('01-no-plagiarism\tsusp\tsrc\t\t\t\t', file=file)
    rows, off = passages.score(f'{d}/truth', d, documents)
    failed = check('pairs that must not share', [rows[0][k] for k in ('pairs', 'long', 'ok')],
                   [2, 0, True])
    found = rows[1]['score']
    failed += check('passage of a twin', (found.recall(), found.precision(), rows[1]['ok'], off),
                    (1, 1, True, []))
    write_pairs(d, [row('src', 'susp', 'shares', '21-301:21-301')])
    rows, off = passages.score(f'{d}/truth', d, documents)
    return failed + check('long blocks', (rows[0]['long'], rows[0]['ok'], rows[1]['ok'], len(off)),
                          (1, False, False, 1))


def test_limits():
    """Each of the three limits alone, and just met."""
    def ok(cases, detections, kind='02-no-obfuscation'):
        score = plagdet.Score()
        score.add(cases, detections)
        return passages.is_ok({'kind': kind, 'score': score})

    case, rest = ((0, 1000), (0, 1000)), ((950, 1000), (950, 1000))
    failed = check('recall', [ok([case], [((0, n), (0, n))]) for n in (980, 979)], [True, False])
    failed += check('precision', [ok([case], [((0, n), (0, n))]) for n in (1052, 1053)], [True, False])
    failed += check('granularity', ok([case], [case, rest]), False)
    return failed + check('no limits', ok([case], [], '03-random-obfuscation'), None)


def test_verdicts(d):
    write_pairs(d, [row('b', 'a', 'near', '-'), row('c', 'a', 'revised', '-'),
                    row('e', 'a', 'shares', '-', ('.2', '.1'))])
    with open(f'{d}/places.tsv', 'w', encoding='utf-8') as file:
        print('block\tkind\tinput\trecord\tid\tstart\tend', file=file)
        print('1\ttemplate\tx\t5\tf\t0\t9\n1\ttemplate\tx\t6\tg\t0\t9', file=file)
        print('2\tboilerplate\tx\t5\tf\t0\t9\n2\tboilerplate\tx\t6\te\t0\t9', file=file)
    with open(f'{d}/clusters.jsonl', 'w', encoding='utf-8') as file:
        print(json.dumps({'cluster': 'k', 'stands': {'id': 'a'}, 'copies': [
            {'id': 'b', 'verdict': 'near', 'updated': True}, {'id': 'c', 'verdict': 'revised'}]}),
            file=file)
    v = Verdicts(d)
    failed = check('verdicts', [v.of(*pair) for pair in ('ab', 'ba', 'bc', 'ae', 'fg', 'ef', 'be')],
                   ['near', 'near', 'revised', 'shares', 'template', None, None])
    failed += check('shares of 1 and 2', (v.shares('b', 'a'), v.shares('a', 'b'), v.shares('b', 'c')),
                    ((1, .5, .4), (.5, 1, .4), None))
    failed += check('updated', v.updated, {frozenset('ab')})
    return failed


def test_labels():
    failed = check('F1', (labels.f1([1, 1, 0, 0], [1, 0, 1, 0]), labels.f1([0], [0])), (.5, 0))
    # odd lines 9 7 3, of which the first two are true; even lines are judged by that alone
    values, true = [9, 8, 7, 4, 3, 6], [True, True, True, True, False, False]
    failed += check('threshold', labels.judge(values, true), (5, 1, .5))
    failed += check('quantiles', labels.quantiles([5, 1, 4, 2, 3]), [1, 2, 3, 4, 5])
    return failed + check('aligned ratio', labels.aligned_ratio(.5, .1, 0, 20, 100), 20 / 120)


def test_webis_choice():
    """The answer that is better on the odd lines is chosen, whatever the even ones say."""
    rows = [('3', 'jaccard', 0, .1, .8), ('3', 'stet: verdict', 0, .9, .7),
            ('3', 'stet: any copy', None, .8, .9), ('1-3', 'jaccard', 0, 1, .1),
            ('1-3', 'stet: any copy', None, .5, .1), ('1-3', 'FineWeb 14x8', None, 1, 1)]
    failed = check('chosen', [benchmarks.webis_choice(rows, q) for q in ('3', '1-3')],
                   [('stet: verdict', False), ('stet: any copy', True)])
    means = labels.mean_of_bands([1, 1, 0, 0, 1, 1], [1, 1, 0, 0, 0, 1])
    return failed + check('mean of bands', tuple(round(m, 9) for m in means),
                          (round(2 / 3, 9), 1))


def test_minhash():
    text = ' '.join(f'w{k}' for k in range(300))
    near, far = text.replace('w7 ', 'x '), ' '.join(f'v{k}' for k in range(300))
    a, b, c = (minhash.bands(t) for t in (text, near, far))
    failed = check('bands', (len(a), len(a[0]), minhash.is_pair(a, b), minhash.is_pair(a, c)),
                   (14, 8, True, False))
    failed += check('no words', minhash.is_pair(minhash.bands(''), minhash.bands('...')), False)
    failed += check('bands of their own', len({lane for band in a for lane in band}) > 100, True)
    failed += check('the last words count', minhash.bands(text) == minhash.bands(text + ' y'), False)
    # the share of equal lanes estimates the Jaccard similarity, 291/301 here
    same = sum(x == y for band in zip(a, b) for x, y in zip(*band)) / 112
    return failed + check('lanes', abs(same - 291 / 301) < .06, True)


def test_lengths():
    failed = check('words', words.weight("don't stop, 12 caf\u00e9 cafe\u0301s"), 5)
    failed += check('Han', round(words.weight('\u65b0\u95fb\u8054\u64ad a'), 6), 3.4)
    failed += check('Thai', round(words.weight('\u0e01\u0e49\u0e32\u0e2b'), 6), .75)
    listed = [{'ids': ('a', 'b'), 'j': .6, 'c': .9}, {'ids': ('b', 'c'), 'j': .9, 'c': .95}]
    recall.add_words(listed, [('a', b'x ' * 60), ('b', b'y ' * 50), ('c', b'z ' * 49)])
    listed.append({'ids': ('a', 'b'), 'j': .1, 'c': .9, 'words': 50, 'how': 'near'})
    for p, how in zip(listed, (None, 'group')):
        p['how'] = how
    rows = recall.pool(listed)
    failed += check('pooled', [(r['listed'], r['found'], r['found_alone'], r['ok']) for r in rows],
                    [(1, 1, 0, True), (1, 1, 0, True), (2, 1, 0, False), (2, 1, 1, False)])
    exact = [{'j': .6, 'c': 0, 'words': 0, 'how': 'near' if k < 19 else None} for k in range(20)]
    return failed + check('just enough', recall.pool(exact)[2]['ok'], True)


def test_table():
    t = Table('T', 'note', ['a', 'b|c'], [('x', 10), ('yy', 2)])
    return check('text', t.text(), 'T\n  a   b|c\n  x    10\n  yy    2\n') + check(
        'Markdown', t.markdown(), '## T\n\nnote\n\n| a | b\\|c |\n| --- | --: |\n| x | 10 |\n| yy | 2 |\n')


def test_brute_force(oracle):
    """Ten words of which the first seven are the others: 3 of 6 shingles."""
    ten = ' '.join('abcdefghij').encode()
    long = ten + b''.join(b' %d' % k for k in range(40))
    documents = [('p', ten), ('q', ten[:13]), ('r', b'z ' + ten[12:] + b' y'), ('s', ten)]
    return check('brute force', small.brute_force(oracle, documents), [
        ['p', 'q', '0.5000', '0.5000', '1.0000', '0'], ['p', 's', '1.0000', '1.0000', '1.0000', '1'],
        ['q', 's', '0.5000', '1.0000', '0.5000', '0']]) + check(
            'the larger containment', len(small.brute_force(oracle, [('p', long), ('q', ten)])), 1)


def run(oracle, d):
    return (test_plagdet() + test_passages(d) + test_limits() + test_verdicts(d) + test_labels() + test_webis_choice() + test_minhash() +
            test_lengths() + test_table() + test_brute_force(oracle))
