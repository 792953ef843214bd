"""Reading an existing letter: from text to what it says. `archive.reading.importer` is the way in."""
