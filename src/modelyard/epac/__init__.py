"""Repositories of Azure/enterprise-azure-policy-as-code (EPAC), read into a rulebook and written from one.

Pure but for `folder`: a repository is a mapping of paths to texts. What EPAC's scripts and schemas say is taken from
the project itself (Schemas/*.json, Scripts/Helpers/*.ps1, Docs/*.md, as of 2026-08) and is graded A unless a place says
otherwise. What of EPAC isn't read is refused by file and place, never passed over.

jsonc.py         JSON with comments
folder.py        the files on disk
source.py        the files, and what was found wrong with them
codes.py         what may be said beside what is refused
environment.py   global-settings.jsonc: one environment (pacSelector)
definitions.py   policyDefinitions and policySetDefinitions
known.py         what assignments need to know of the definitions they name
tree.py          policyAssignments: the tree, one branch for each leaf
leaf.py          a branch as assignments
sheet.py         the CSV that states effects of an initiative's members
rows.py          policyExemptions: the rows of JSON and CSV files
exemptions.py    a row as exemptions
reading.py       all of it
plain.py         documents as EPAC can state them
moving.py        definitions at another root scope
writing.py       documents as files
placing.py       what writing files into a repository would do
"""
