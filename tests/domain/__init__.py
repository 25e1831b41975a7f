"""Tests of courtil.domain."""
