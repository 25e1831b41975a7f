"""Rules of the trade as plain values: no framework, no database."""
