"""`python -m courtil`."""

from courtil.cli import main

main()
