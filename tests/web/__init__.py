"""Tests of courtil.web."""
