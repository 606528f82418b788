"""What runs already as stack files: what of it a file can say, what not, and the files themselves.

Pure: the documents are read elsewhere. Nothing is said that would change Azure, and what can't be said is named.
"""
