"""`modelyard sandbox …`: the local Azure, from the command line."""
