"""Tests of courtil.store."""
