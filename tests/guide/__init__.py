"""The guide for plugin authors, followed to the letter, and what it leads to installed as anybody's would be."""
