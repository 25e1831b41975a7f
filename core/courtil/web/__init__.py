"""The web: requests become calls of services, answers become pages."""
