"""The base of all packages here: files, locks, arguments, versions, the process."""
