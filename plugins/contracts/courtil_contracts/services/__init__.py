"""What is done with contracts, each in one unit of work."""
