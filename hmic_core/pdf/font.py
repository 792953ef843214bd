"""One embedded font for words that are added to a finished PDF."""

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

# Latin with every accent in use in Britain, and common punctuation: one subset serves
# nearly all copies, and is made once per process.
_ALWAYS = "".join(chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))) + "–—‘’“”•…€"


def embed(file: Any, font: Path, text: str, *, padding: int = 0) -> tuple[Any, dict[str, int]]:
    """Add ``font`` to an open pikepdf ``file``; returns the font object and each character's code.

    A character that the font lacks gets the code of "?": a name must never stop a copy.
    ``padding`` changes the bytes and nothing that is seen.
    """
    import pikepdf

    extra = "".join(sorted(set(text) - set(_ALWAYS)))
    data, facts = _subset(font, extra)
    data += bytes(padding)
    codes: dict[str, int] = facts["codes"]
    name = pikepdf.Name("/HMICAA+LiberationSans")
    stream = file.make_stream(data)
    stream["/Length1"] = len(data)
    descriptor = file.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=name,
            Flags=32,
            FontBBox=facts["box"],
            ItalicAngle=0,
            Ascent=facts["ascent"],
            Descent=facts["descent"],
            CapHeight=facts["cap_height"],
            StemV=80 + padding,
            FontFile2=stream,
        )
    )
    descendant = file.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=descriptor,
            CIDToGIDMap=pikepdf.Name.Identity,
            W=pikepdf.Array([0, pikepdf.Array(facts["widths"])]),
        )
    )
    whole = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=pikepdf.Array([descendant]),
        ToUnicode=file.make_stream(_to_unicode(codes) + b"\n" * padding),
    )
    return file.make_indirect(whole), codes


def show(line: str, codes: dict[str, int]) -> str:
    """The line as a hexadecimal string of two-byte codes."""
    return "<" + "".join(f"{codes.get(character, codes['?']):04X}" for character in line) + ">"


@lru_cache(maxsize=16)
def _subset(path: Path, extra: str) -> tuple[bytes, dict[str, Any]]:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += ["DSIG", "GDEF", "GPOS", "GSUB", "FFTM"]
    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=_ALWAYS + extra)
    subsetter.subset(font)
    output = io.BytesIO()
    font.save(output)
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    ids = {name: number for number, name in enumerate(order)}
    head, os2 = font["head"], font["OS/2"]
    return output.getvalue(), {
        "codes": {chr(code): ids[name] for code, name in font.getBestCmap().items()},
        "widths": [round(font["hmtx"][name][0] * scale, 3) for name in order],
        "box": [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)],
        "ascent": round(font["hhea"].ascent * scale),
        "descent": round(font["hhea"].descent * scale),
        "cap_height": round(getattr(os2, "sCapHeight", 1409) * scale),
    }


def _to_unicode(codes: dict[str, int]) -> bytes:
    pairs = sorted({code: character for character, code in reversed(list(codes.items()))}.items())
    blocks = []
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        rows = "\n".join(f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>" for code, character in block)
        blocks.append(f"{len(block)} beginbfchar\n{rows}\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
