"""The views of the sheets, one module per object."""
