"""Pages of the import of work items: bring files, correct their reading, take them in, undo."""
