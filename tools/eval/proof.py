"""Is what a report says of its pairs and clusters true?  The oracle recomputes it."""
import subprocess
import threading

from files import read_clusters, read_tsv

TOLERANCE = .01
N_ORACLES = 2
ANSWER = (('c_tokens', int), ('s_tokens', int), ('aligned', int), ('coverage', float),
          ('covers', float), ('jaccard', float), ('longest', int), ('c_shingles', int),
          ('s_shingles', int), ('common', int))


def measure(oracle, jobs):
    """The oracle's answers to (text C, text S), in order; two oracles share the work."""
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
            for c, s in jobs:
                pipe.write(b'%d %d\n%b%b\n' % (len(c), len(s), c, s))
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
    coverage, covers = enough[verdict]
    return true['coverage'] >= coverage - TOLERANCE and true['covers'] >= covers - TOLERANCE


def check_clusters(oracle, directory, documents):
    """Every member against the one that stands, where no boilerplate has a say."""
    members, jobs, n_core = [], [], 0
    for cluster in read_clusters(directory):
        s = documents[cluster['stands']['record']][1]
        for copy in cluster['copies']:
            if copy['core'] != copy['coverage'] or copy['core_covers'] != copy['covers']:
                n_core += 1
                continue
            members.append((cluster, copy))
            jobs.append((documents[copy['record']][1], s))
    wrong = []
    for (cluster, copy), (c, s), true in zip(members, jobs, measure(oracle, jobs)):
        if not fits(copy['verdict'], c, s, true):
            wrong.append((cluster['cluster'], copy, true))
    return {'members': len(members), 'by_core': n_core, 'wrong': wrong}
