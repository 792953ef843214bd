"""What is new, for machines that ask again: Atom, calendar, sitemap."""
