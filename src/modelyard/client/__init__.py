"""Programs for those who call the models: complete, with the line that installs what they need."""
