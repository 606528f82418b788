"""What is wrong with the syntax of a YAML or JSON file, in words that a person can act on.

A parser says where it stopped and in the terms of its grammar. The author needs the line with the mistake, which may
be an earlier one, and what to write instead. Each frequent kind of mistake is one function in a table of cases.

mistake.py           one mistake: place, message, remedy
yaml_mistakes.py     from an error of PyYAML's
yaml_lines.py        the lines around such an error, and cases that show in how they stand to each other
depth.py             what is nested too deep
json_mistakes.py     from an error of Python's json module
"""
