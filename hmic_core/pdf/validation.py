"""Is this file PDF/UA-1 and PDF/A-2a?"""

import io
from typing import Any


def validate(pdf: bytes) -> list[str]:
    """What keeps ``pdf`` from being PDF/UA-1 and PDF/A-2a; empty means nothing was found.

    With the development tool `page-validation` every rule is checked, without it
    (production) the structure that our own code is responsible for.
    """
    try:
        import page
    except ImportError:
        return _validate_structure(pdf)
    found = _validate_structure(pdf)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        found += [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
    return found


def _validate_structure(pdf: bytes) -> list[str]:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as file:
        root = file.Root
        with file.open_metadata() as xmp:
            claims = (xmp.get("pdfuaid:part"), xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance"))
            title = xmp.get("dc:title")
        facts = {
            "the claims to PDF/UA-1 and PDF/A-2a are missing": claims != ("1", "2", "A"),
            "the title is missing": not title,
            "the language is missing": not str(root.get("/Lang", "")),
            "the file is not marked as tagged": "/StructTreeRoot" not in root,
            "the output intent is missing": "/OutputIntents" not in root,
            "a page holds content that is neither tagged nor an artifact": any(
                not _all_marked(file_page) for file_page in file.pages
            ),
        }
    return [sentence for sentence, wrong in facts.items() if wrong]


def _all_marked(page: Any) -> bool:
    import pikepdf

    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        depth += {"BMC": 1, "BDC": 1, "EMC": -1}.get(name, 0)
        if not depth and name in ("Tj", "TJ", "f", "f*", "S", "B", "Do", "sh"):
            return False
    return True
