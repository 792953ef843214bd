"""The characters of a text file, whatever encoding it was saved in."""

from __future__ import annotations

import re


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 (marked or not), UTF-32, Mac Roman or Windows-1252."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return data.decode("utf-32", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if encoding := _unmarked_utf16(data):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    mostly = data.decode("utf-8", errors="replace")
    if 10 * mostly.count("\ufffd") < sum(not c.isascii() for c in mostly):
        return mostly
    if is_mac_roman(data):
        return data.decode("mac_roman")
    # Windows-1252 leaves five bytes undefined; Latin-1 reads those as control characters.
    text = "".join(_one_byte(byte) for byte in data)
    return text if "\n" in text or "\r" in text else text.replace("…", "\x85")


def is_mac_roman(data: bytes) -> bool:
    """Whether these bytes are quotation marks, dashes and bullets in Mac Roman and nothing usual in Windows-1252."""
    mac = len(re.findall(rb"[a-z]\xd5[a-z ]|[\s(]\xd2\w|[\w.,]\xd3[\s.,]| \xd0 |(?:^|[\r\n])\s*\xa5[ \t]", data))
    windows = len(re.findall(rb"[\x91-\x97]", data))
    return mac > 0 and mac >= 2 * windows


def _unmarked_utf16(data: bytes) -> str:
    """English in UTF-16 has a null in every other byte, which no other encoding of text has."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    few, many = sorted((even, odd))
    if many * 10 < len(data) * 4 or few * 20 > many:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def decoded_once(text: str) -> str:
    """Text that was UTF-8, taken for Windows-1252 and saved again ("â€¢" for a bullet), as it was; else the same."""
    if not re.search("â€|Ã[\x80-\xbf\u0152-\u2122]|Â[\xa0-\xbf]", text):
        return text
    try:
        return b"".join(_windows_byte(character) for character in text).decode("utf-8")
    except UnicodeError:
        return text


def _windows_byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _one_byte(byte: int) -> str:
    raw = bytes((byte,))
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
