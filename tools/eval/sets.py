"""The real sets with lists of known pairs: recall, proof, cost."""
import files
import proof
import recall
from table import Table, verdict_word

SETS = ('congress-press click-id thaigov-v2 xin-wen-lian-bo bbc-news fnc-1 ant-arabic '
        'opensource-guide').split()


def recall_row(name, row):
    return (name, row['band'], row['listed'], row['missed'], row['missed_alone'],
            f'{row["allowed"]:.2f}', verdict_word(row['ok']))


def pooled_row(row):
    n = max(1, row['listed'])
    return (row['band'], row['listed'], f'{row["found"] / n:.4f}', f'{row["found_alone"] / n:.4f}',
            row['least'], verdict_word(row['ok']))


def cost_row(name, documents, cost):
    megabytes = sum(len(text) for _, text in documents) / 1e6
    return (name, len(documents), f'{megabytes:.1f}', f'{cost[0]:.2f}',
            f'{megabytes / cost[0]:.1f}', f'{cost[1] / 1e6:.0f}')


def proof_row(name, pairs, clusters):
    worst = pairs['worst']
    return (name, pairs['rows'], *(f'{worst[k]:.4f}' for k in ('coverage1', 'coverage2', 'jaccard')),
            len(pairs['wrong']), pairs['longest'], clusters['members'], len(clusters['wrong']),
            clusters['by_core'], verdict_word(not pairs['wrong'] and not clusters['wrong']))


def proof_details(pairs, clusters, n):
    for _, row, true in pairs['wrong'][:n]:
        yield (f'{row["id1"]} {row["id2"]} {row["verdict"]}: {row["coverage1"]} {row["coverage2"]} '
               f'{row["jaccard"]} {row["longest"]}, but {true}')
    for cluster, copy, true in clusters['wrong'][:n]:
        yield (f'{cluster} {copy["id"]} {copy["verdict"]}: {copy["coverage"]} {copy["covers"]}, '
               f'but {true}')


class Sets:
    """Rows of all tables, set by set; `well` counts those that are as they must be."""

    def __init__(self):
        self.recall, self.cost, self.proof, self.details = [], [], [], []
        self.listed, self.missed, self.well = [], [], []

    def add(self, name, listed, documents, directory, cost, oracle, worst):
        recall.add_words(listed, documents)
        rows, missed = recall.score(listed, recall.Found(directory))
        self.recall += [recall_row(name, row) for row in rows]
        self.listed += listed
        self.missed += [(name, p['row']) for p in missed]
        self.cost.append(cost_row(name, documents, cost))
        well = all(row['ok'] for row in rows)
        if oracle:
            pairs = proof.check_pairs(oracle, directory, documents)
            clusters = proof.check_clusters(oracle, directory, documents)
            self.proof.append(proof_row(name, pairs, clusters))
            self.details += proof_details(pairs, clusters, worst)
            well = well and not pairs['wrong'] and not clusters['wrong']
        self.well.append(well)

    def tables(self):
        pooled = recall.pool(self.listed)
        self.well.append(all(row['ok'] for row in pooled))
        yield Table('Recall of listed pairs, all sets', POOLED_NOTE,
                    'band listed found alone least -'.split(), map(pooled_row, pooled))
        yield Table('Recall of listed pairs, by set', RECALL_NOTE,
                    'set band listed missed alone allowed -'.split(), self.recall)
        if self.proof:
            yield Table('Precision by the oracle', PROOF_NOTE,
                        ['set', 'rows', 'coverage', 'covers', 'jaccard', 'off', 'other longest',
                         'members', 'misfits', 'by core', '-'], self.proof, self.details)
        yield Table('Cost of a scan', COST_NOTE,
                    ['set', 'documents', 'MB', 's', 'MB/s', 'peak MB'], self.cost)


POOLED_NOTE = '''Share of the listed pairs that a report holds: in one cluster, in `pairs.tsv` with
any verdict, or in one template or boilerplate group; "alone" is without those groups.  J is
the Jaccard similarity, C the larger containment; the last band is of pairs of which the
smaller document has 50 words or more.'''
RECALL_NOTE = 'The same as numbers of missed pairs, and how many may be missed in a set.'
PROOF_NOTE = '''Every row of `pairs.tsv` and every member of a cluster, recomputed from the texts by a
program that shares no code with stet.  The largest deviation of each printed share; "off":
rows with one above .01; "misfits": members that are no copy, by their verdict, of the
document that stands, or whose core is off; "by core": members that boilerplate had a say in.
What is boilerplate the oracle takes from the report.'''
COST_NOTE = 'On a machine that others use too: of interest for what is large, not for its decimals.'


def read(data, name):
    return (recall.read_list(f'{data}/{name}.pairs.tsv'), files.read_set(f'{data}/{name}.jsonl.zst'))
