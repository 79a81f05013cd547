"""What a report says of two documents, called by their ids."""
from files import read_clusters, read_tsv

# The more alike the later; a pair without a verdict comes before all.
ORDER = 'template shares extended revised abridged near same identical'.split()
COPY = {'revised', 'abridged', 'near', 'same', 'identical'}


def rank(verdict):
    return ORDER.index(verdict) + 1 if verdict else 0


class Verdicts:
    """Rows of pairs.tsv; two copies of one document are as alike as the less alike of them to it."""

    def __init__(self, directory):
        self.rows, self.member, self.updated = {}, {}, set()
        self.templates = {}
        for row in read_tsv(f'{directory}/pairs.tsv'):
            self.rows[frozenset((row['id1'], row['id2']))] = row
        for cluster in read_clusters(directory):
            stands = cluster['stands']['id']
            self.member[stands] = cluster['cluster'], 'identical'
            for copy in cluster['copies']:
                self.member[copy['id']] = cluster['cluster'], copy['verdict']
                if copy.get('updated'):
                    self.updated.add(frozenset((copy['id'], stands)))
        for row in read_tsv(f'{directory}/places.tsv'):
            if row['kind'] == 'template':
                self.templates.setdefault(row['id'], set()).add(row['block'])

    def of(self, a, b):
        """The verdict of two documents, in either order; None if there is none."""
        row = self.rows.get(frozenset((a, b)))
        if row:
            return row['verdict']
        if self.templates.get(a, set()) & self.templates.get(b, set()):
            return 'template'
        (of_a, verdict_a), (of_b, verdict_b) = self.member.get(a, (0, 0)), self.member.get(b, (1, 0))
        return min(verdict_a, verdict_b, key=rank) if of_a == of_b else None

    def shares(self, a, b):
        """Coverage of a, coverage of b, Jaccard, as printed; None if the pair is not."""
        row = self.rows.get(frozenset((a, b)))
        if not row:
            return None
        of_a, of_b = float(row['coverage1']), float(row['coverage2'])
        return (of_a, of_b, float(row['jaccard'])) if row['id1'] == a else \
            (of_b, of_a, float(row['jaccard']))
