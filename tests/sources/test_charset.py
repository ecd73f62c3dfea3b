import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources.charset import decode_bytes

TEXT = "Генеральний штаб повідомляє про нові наступальні операції на Курському напрямку. " * 4
META = '<meta charset="{}">'
CASES = {
    "header": (TEXT.encode("cp1251"), "text/html; charset=windows-1251"),
    "quoted header": (TEXT.encode("koi8-u"), 'text/html; charset="KOI8-U"'),
    "meta": (META.format("windows-1251").encode() + TEXT.encode("cp1251"), "text/html"),
    "xml declaration": (b"<?xml version='1.0' encoding='windows-1251'?>" + TEXT.encode("cp1251"), "text/xml"),
    "utf-8 mark": (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=windows-1251"),
    "utf-16 mark": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "text/html"),
    "utf-16 big end first": (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), ""),
    "nothing said, utf-8": (TEXT.encode(), "text/html"),
    "nothing said, windows-1251": (TEXT.encode("cp1251"), "text/html"),
    "said latin-1, is utf-8": (TEXT.encode(), "text/html; charset=ISO-8859-1"),
    "said utf-8, is windows-1251": (TEXT.encode("cp1251"), "text/html; charset=utf-8"),
    "said utf-8, meta is right": (META.format("windows-1251").encode() + TEXT.encode("cp1251"), "a/b; charset=utf-8"),
    "said a set that nobody knows": (TEXT.encode(), "text/html; charset=klingon"),
    "said a codec that is no character set": (TEXT.encode(), "text/html; charset=unicode_escape"),
}


@pytest.mark.parametrize(("body", "content_type"), CASES.values(), ids=CASES)
def test_the_letters_are_right_whatever_is_said(body, content_type):
    assert decode_bytes(body, content_type).endswith(TEXT)


def test_latin_1_means_windows_1252_as_in_browsers():
    assert decode_bytes(b"\x93quoted\x94 \x96 5", "text/html; charset=iso-8859-1") == "“quoted” – 5"


def test_a_few_damaged_bytes_lose_only_themselves():
    damaged = TEXT.encode() + b"\xff" + TEXT.encode()
    assert decode_bytes(damaged, "text/html; charset=utf-8") == TEXT + "\ufffd" + TEXT


@given(st.binary(max_size=300), st.sampled_from(["", "text/html", "text/html; charset=utf-16", "x; charset=zlib"]))
def test_any_bytes_become_text(body, content_type):
    assert isinstance(decode_bytes(body, content_type), str)


@given(st.text(), st.sampled_from(["", "text/html; charset=windows-1251", "text/html; charset=iso-8859-1"]))
def test_utf_8_survives_a_wrong_single_byte_declaration(text, content_type):
    body = text.encode("utf-8", errors="ignore")
    if not body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert decode_bytes(body, content_type) == body.decode()
