"""Words in any script, roughly: good enough to say how long a text is, and for the bands."""
import re

# Han and Kana; letters of the scripts with clusters, whose marks are no \w: src/DESIGN.md, "Weight".
HAN = '\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff'
CLUSTER = '\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0f00-\u109f\u1780-\u17b3'
LETTER = rf'[^\W{HAN}{CLUSTER}]'
MARK = '[\u0300-\u036f]'
TOKEN = re.compile(rf"([{HAN}])|([{CLUSTER}])|{LETTER}+(?:['\u2019]{LETTER}+|{MARK}+{LETTER}*)*")
WORD = re.compile(r'\w+')


def weight(text):
    """Length in word equivalents."""
    return sum({1: .6, 2: .25}.get(m.lastindex, 1) for m in TOKEN.finditer(text))


def words(text):
    return WORD.findall(text.lower())
