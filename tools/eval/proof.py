"""Is what a report says of its pairs and clusters true?  The oracle recomputes it."""
import subprocess
import threading

from files import read_clusters, read_tsv

TOLERANCE = .01
N_ORACLES = 2
ANSWER = (('c_tokens', int), ('s_tokens', int), ('aligned', int), ('coverage', float),
          ('covers', float), ('jaccard', float), ('longest', int), ('c_shingles', int),
          ('s_shingles', int), ('common', int), ('core', float), ('core_covers', float),
          ('c_core_weight', int), ('s_core_weight', int))

# Core of less makes no copy, unless all tokens are equal: 20 words.
MIN_CORE_WEIGHT = 400


def measure(oracle, jobs):
    """
    The oracle's answers to jobs, in order; two oracles share the work.  A job is (text C,
    text S) or (text C, text S, boilerplate of C, boilerplate of S).
    """
    answers = [None] * len(jobs)
    failures = []

    def work(first):
        mine = range(first, len(jobs), N_ORACLES)
        with subprocess.Popen([oracle], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            writer = threading.Thread(target=send, args=(process.stdin, (jobs[i] for i in mine)))
            writer.start()
            for i, line in zip(mine, process.stdout):
                fields = line.split()
                answers[i] = {name: kind(field) for (name, kind), field in zip(ANSWER, fields)}
            writer.join()
        if process.returncode != 0:
            failures.append(process.returncode)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(N_ORACLES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures or None in answers:
        raise OSError(f'{oracle} failed: {failures}')
    return answers


def send(pipe, jobs):
    try:
        with pipe:
            for c, s, *spans in jobs:
                spans = [','.join(f'{a}-{b}' for a, b in of) or '-' for of in spans or ([], [])]
                pipe.write(b'%d %d %b\n%b%b\n' % (len(c), len(s), ' '.join(spans).encode(), c, s))
    except BrokenPipeError:
        pass


def check_pairs(oracle, directory, documents):
    """Every row of pairs.tsv against the oracle: rows, worst deviations, rows too far off."""
    rows = list(read_tsv(f'{directory}/pairs.tsv'))
    answers = measure(oracle, [(documents[int(r['record1'])][1], documents[int(r['record2'])][1])
                               for r in rows])
    worst = {'coverage1': 0.0, 'coverage2': 0.0, 'jaccard': 0.0}
    wrong, n_longest = [], 0
    for row, true in zip(rows, answers):
        off = {'coverage1': abs(float(row['coverage1']) - true['coverage']),
               'coverage2': abs(float(row['coverage2']) - true['covers']),
               'jaccard': abs(float(row['jaccard']) - true['jaccard'])}
        for key, value in off.items():
            worst[key] = max(worst[key], value)
        n_longest += int(row['longest']) != true['longest']
        if max(off.values()) > TOLERANCE:
            wrong.append((max(off.values()), row, true))
    wrong.sort(key=lambda w: -w[0])
    return {'rows': len(rows), 'worst': worst, 'wrong': wrong, 'longest': n_longest}


def fits(verdict, c, s, true):
    """Does what is measured fit a verdict that makes C a member of S's cluster?"""
    enough = {'near': (.8, .8), 'abridged': (.8, 0), 'revised': (.5, .5)}
    if verdict == 'identical':
        return c == s
    if verdict == 'same':
        return true['aligned'] == true['longest'] == true['c_tokens'] == true['s_tokens']
    if verdict not in enough:
        return False
    core, core_covers = enough[verdict]
    return (true['core'] >= core - TOLERANCE and true['core_covers'] >= core_covers - TOLERANCE
            and min(true['c_core_weight'], true['s_core_weight']) >= MIN_CORE_WEIGHT)


def read_boilerplate(directory):
    """The spans of boilerplate of each document, by record."""
    spans = {}
    for row in read_tsv(f'{directory}/places.tsv'):
        if row['kind'] == 'boilerplate':
            spans.setdefault(int(row['record']), []).append((int(row['start']), int(row['end'])))
    return {record: sorted(v) for record, v in spans.items()}


def check_clusters(oracle, directory, documents):
    """
    Every member against the one that stands.  What is boilerplate is taken from the report;
    how many members it has a say in is counted.
    """
    spans = read_boilerplate(directory)
    members, jobs, n_core = [], [], 0
    for cluster in read_clusters(directory):
        s = cluster['stands']['record']
        for copy in cluster['copies']:
            c = copy['record']
            n_core += copy['core'] != copy['coverage'] or copy['core_covers'] != copy['covers']
            members.append((cluster, copy))
            jobs.append((documents[c][1], documents[s][1], spans.get(c, []), spans.get(s, [])))
    wrong = []
    for (cluster, copy), (c, s, *_), true in zip(members, jobs, measure(oracle, jobs)):
        off = max(abs(copy['core'] - true['core']), abs(copy['core_covers'] - true['core_covers']))
        if off > TOLERANCE or not fits(copy['verdict'], c, s, true):
            wrong.append((cluster['cluster'], copy, true))
    return {'members': len(members), 'by_core': n_core, 'wrong': wrong}
