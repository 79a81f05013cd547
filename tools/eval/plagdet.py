"""
Character recall, precision and granularity of found passages.

As in Potthast, Stein, Barron-Cedeno, Rosso: "An evaluation framework for
plagiarism detection" (COLING 2010), micro-averaged.  A case and a detection are
pairs of half-open ranges, one in each document.  A detection detects a case when
they overlap in both documents; only then their common characters count.  All is
counted within one pair of documents at a time, and then summed.
"""


def common(a, b):
    """What two ranges have in common; empty where the end is not behind the beginning."""
    return max(a[0], b[0]), min(a[1], b[1])


def detects(detection, case):
    return all(begin < end for begin, end in map(common, detection, case))


def size(ranges):
    """Distinct characters of some ranges."""
    total, done = 0, 0
    for begin, end in sorted(ranges):
        total += max(0, end - max(begin, done))
        done = max(done, end)
    return total


def sizes(passages):
    return sum(size([p[side] for p in passages]) for side in (0, 1))


class Score:
    """Sums over pairs of documents; how many detections each detected case has."""

    def __init__(self):
        self.truth = self.detected = self.right = self.cases = 0
        self.per_case = []

    def add(self, cases, detections):
        hits = [(case, d) for case in cases for d in detections if detects(d, case)]
        self.cases += len(cases)
        self.truth += sizes(cases)
        self.detected += sizes(detections)
        self.right += sizes([tuple(map(common, case, d)) for case, d in hits])
        self.per_case += [n for n in (sum(hit[0] is case for hit in hits) for case in cases) if n]

    def recall(self):
        return self.right / self.truth if self.truth else 0

    def precision(self):
        return self.right / self.detected if self.detected else 0

    def granularity(self):
        return sum(self.per_case) / len(self.per_case) if self.per_case else 1
