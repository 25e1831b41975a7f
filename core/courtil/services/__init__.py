"""Use cases: what people do, each in a unit of work."""
