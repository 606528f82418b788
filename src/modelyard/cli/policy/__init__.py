"""`modelyard policy …`: Azure Policy on this machine, with no Azure at hand."""
