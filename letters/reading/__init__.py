"""Reading an existing letter: from text to what it says. `letters.importer` is the way in."""
