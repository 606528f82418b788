"""What is in Azure beside what a stack declares, as far as it decides about a change: quota, soft-deleted accounts."""
