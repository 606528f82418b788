"""A local Azure at the level of the network: ARM, Entra and inference behind Azure's own host names, on loopback."""
