"""A force letter as pure data: what is signed, what is frozen, and what a page is made of.

No models and no database here. `build` makes a LetterDocument from plain data, `canonical` gives the bytes whose hash
is signed, `frozen` fills the placeholders for one variant, and `html` / `render_pdf` print it. Web page, PDF and frozen
item all come from `frozen`. `public_version` leaves out what the public may not read.

Two things may change after signing without a new signature, and are therefore **named placeholders** in what is signed:
the publication sentence (it quotes the instant) and the letter's date. Findings are never searched for placeholders:
they print as typed.
"""
