"""
The part that is small and free enough to be in the repository: fixtures/eval.

Its pairs are known by brute force: every two documents of a set, measured by the
oracle.  They stand in NAME.pairs.tsv beside the set, and every run finds them anew.
"""
import itertools
import os

import files
import proof
import recall

SMALL = 'congress-press thaigov xin-wen opensource-guide'.split()
HEADER = 'id1 id2 jaccard contain1in2 contain2in1 exact'.split()
LEAST = .3		# containment of a pair that is listed


def brute_force(oracle, documents):
    """All pairs of a set, as lines of a list: by distinct shingles, as the larger lists."""
    pairs = list(itertools.combinations(documents, 2))
    answers = proof.measure(oracle, [(a[1], b[1]) for a, b in pairs])
    lines = []
    for (a, b), true in zip(pairs, answers):
        shares = [true['common'] / max(1, true[n]) for n in ('c_shingles', 's_shingles')]
        if max(shares) >= LEAST:
            lines.append([a[0], b[0], f'{true["jaccard"]:.4f}', *(f'{s:.4f}' for s in shares),
                          str(int(a[1] == b[1]))])
    return lines


def read_listed(path):
    return [list(row.values()) for row in files.read_tsv(path)]


def write_list(path, lines):
    with open(path, 'w', encoding='utf-8', newline='\n') as file:
        for line in [HEADER, *lines]:
            print(*line, sep='\t', file=file)


def read(oracle, data, name):
    """The pairs and documents of a set, and whether brute force still says what the list says."""
    documents = files.read_set(f'{data}/{name}.jsonl')
    path = f'{data}/{name}.pairs.tsv'
    lines = brute_force(oracle, documents)
    if not os.path.exists(path):
        write_list(path, lines)
    return recall.read_list(path), documents, lines == read_listed(path)
