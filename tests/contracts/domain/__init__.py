"""What contracts are."""
