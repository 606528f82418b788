"""What ARM shows, held against what a stack declares: one module reads, one compares, and nothing is written."""
