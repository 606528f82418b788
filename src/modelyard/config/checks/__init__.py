"""What a well-formed stack is held against: the market on a day, and Azure's limits. One question a module."""
