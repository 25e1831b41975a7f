"""Tests of courtil.services."""
