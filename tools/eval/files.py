"""What tools/eval reads: data sets, pair lists, and the files of a report."""
import json
import re
import subprocess

SURROGATE = re.compile('[\ud800-\udfff]')
UNPACK = {'zst': ['zstd', '-dcq'], 'gz': ['gzip', '-dc']}
ESCAPES = {'t': '\t', 'r': '\r', 'n': '\n', '\\': '\\'}


def read_set(path):
    """The documents of a set, by record number: (id, text as UTF-8 bytes)."""
    documents = []
    command = UNPACK.get(path.rpartition('.')[2], ['cat'])
    with subprocess.Popen([*command, path], stdout=subprocess.PIPE) as unpack:
        for line in unpack.stdout:
            record = json.loads(line)
            text = SURROGATE.sub('\ufffd', record.get('text') or '').encode()
            documents.append((record.get('id', ''), text.removeprefix(b'\xef\xbb\xbf')))
    if unpack.returncode != 0:
        raise OSError(f'{path}: {command[0]} ended with {unpack.returncode}')
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
