"""Tables, engines and migrations: everything that knows SQL."""
