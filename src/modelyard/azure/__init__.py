"""Azure Resource Manager: where a command is pointed (the target), and how it is asked."""
