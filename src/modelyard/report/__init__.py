"""One result model for every command, and its writers: text for people, JSON and JUnit for machines."""
