"""Acceptance cases: data with a known truth."""
