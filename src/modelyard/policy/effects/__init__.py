"""Effects: their names, and for each kind what its `details` mean."""
