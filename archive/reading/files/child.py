"""The process in which a Word or PDF file is opened: bytes in, JSON out, bounded.

`python -m archive.reading.files.child pdf < letter.pdf`
"""

from __future__ import annotations

import json
import logging
import resource
import sys

from archive.reading.files.lines import Extracted, Unreadable

MEMORY = 768 * 1024**2
SECONDS = 20


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    # Nothing here has anything to write; its answer goes through a pipe.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(kind: str, data: bytes) -> Extracted:
    if kind == "docx":
        from archive.reading.files.docx import read_docx

        return read_docx(data)
    from archive.reading.files.pdf import read_pdf

    return read_pdf(data)


def main() -> None:
    sys.dont_write_bytecode = True
    _bound()
    logging.disable(logging.CRITICAL)
    try:
        answer = _read(sys.argv[1], sys.stdin.buffer.read()).as_json()
    except Unreadable as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        sys.exit(1)
    except Exception:
        # Whatever a broken file makes a library raise: it is broken.
        answer = {"refused": "The file is damaged and cannot be opened. Save it in its own program again first."}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
