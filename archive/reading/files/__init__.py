"""A file of any kind that letters come in (.txt, .docx, .pdf) into the lines that `archive.reading` reads.

Word and PDF files are opened in a process of their own with little memory and little time (`child`): whatever a file
does to its reader, it does there.
"""
