"""The Pulumi CLI: finding, installing or building it, running it, and mending what a killed run left behind."""
