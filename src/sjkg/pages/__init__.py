"""What the pages show: from the store to a frozen dataclass for each page, without HTTP."""
