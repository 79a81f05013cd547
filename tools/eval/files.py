"""What tools/eval reads: data sets, pair lists, and the files of a report."""
import json
import re
import subprocess

SURROGATE = re.compile('[\ud800-\udfff]')
ESCAPES = {'t': '\t', 'r': '\r', 'n': '\n', '\\': '\\'}


def read_set(path):
    """The documents of a set, by record number: (id, text as UTF-8 bytes)."""
    documents = []
    with subprocess.Popen(['zstd', '-dcq', path], stdout=subprocess.PIPE) as zstd:
        for line in zstd.stdout:
            record = json.loads(line)
            text = SURROGATE.sub('\ufffd', record.get('text') or '').encode()
            documents.append((record.get('id', ''), text.removeprefix(b'\xef\xbb\xbf')))
    if zstd.returncode != 0:
        raise OSError(f'{path}: zstd ended with {zstd.returncode}')
    return documents


def unescape(field):
    if '\\' not in field:
        return field
    return re.sub(r'\\(.)', lambda m: ESCAPES.get(m[1], m[0]), field)


def read_tsv(path):
    """The rows of a table with a header line, as dicts."""
    with open(path, encoding='utf-8', newline='\n') as file:
        header = next(file).rstrip('\n').split('\t')
        for line in file:
            fields = line.rstrip('\n').split('\t')
            if len(fields) != len(header):
                raise ValueError(f'{path}: {len(fields)} fields instead of {len(header)}: {line!r}')
            yield {name: unescape(field) for name, field in zip(header, fields)}


def read_clusters(directory):
    with open(f'{directory}/clusters.jsonl', encoding='utf-8', newline='\n') as file:
        for line in file:
            yield json.loads(line)
