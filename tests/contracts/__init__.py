"""The plugin of contracts."""
