"""What contracts are, without database nor page."""
