"""Reading lists of members: files, headings, cells, households."""
