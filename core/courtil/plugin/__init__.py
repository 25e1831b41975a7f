"""The plugin runtime: manifest, hook specifications, typed façade. The only folder that imports pluggy."""
