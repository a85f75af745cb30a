"""What every room stands on: files, locks, arguments, versions, the process."""
