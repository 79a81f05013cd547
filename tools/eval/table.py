"""Tables, as text for people at a terminal or as Markdown."""


class Table:
    """A title, what has to be known to read it, a header, rows of anything that prints.

    `details` are lines for whoever looks into a figure; they are no part of the Markdown.
    """

    def __init__(self, title, notes, header, rows, details=()):
        self.title, self.notes = title, notes
        self.header, self.rows, self.details = header, rows, list(details)

    def cells(self):
        return [[str(cell) for cell in row] for row in [self.header, *self.rows]]

    def text(self):
        cells = self.cells()
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines = [self.title]
        for row in cells:
            first, *rest = (f'{cell:<{w}}' if k == 0 else f'{cell:>{w}}'
                            for k, (cell, w) in enumerate(zip(row, widths)))
            lines.append('  '.join(['  ' + first, *rest]).rstrip())
        return '\n'.join([*lines, *('    ' + d for d in self.details)]) + '\n'

    def markdown(self):
        header, *rows = ([cell.replace('|', '\\|') for cell in row] for row in self.cells())
        lines = ['| ' + ' | '.join(row) + ' |' for row in
                 [header, ['---', *['--:'] * (len(header) - 1)], *rows]]
        return '\n'.join([f'## {self.title}', '', *([self.notes, ''] if self.notes else []),
                          *lines]) + '\n'


def verdict_word(ok):
    return {True: 'ok', False: 'MISSED', None: ''}[ok]
