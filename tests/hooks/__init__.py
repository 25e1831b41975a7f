"""Tests of the plugin runtime: one kind of hook at a time."""
