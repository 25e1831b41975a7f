"""What is done with contracts, on both databases."""
