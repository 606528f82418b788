"""Template functions by concern. `table` finds those that only compute; `special` asks the surroundings."""
