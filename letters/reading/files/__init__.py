"""A file of any kind that letters come in (.txt, .docx, .pdf) into the lines that `letters.reading` reads.

Word and PDF files are opened in a process of their own with little memory and little time (`child`): whatever a file
does to its reader, it does there.
"""

from letters.reading.files.lines import Extracted, Line, Unreadable
from letters.reading.files.opening import KINDS, extract, is_letter_file

__all__ = ["KINDS", "Extracted", "Line", "Unreadable", "extract", "is_letter_file"]
