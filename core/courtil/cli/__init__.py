"""The `courtil` command."""
