"""Documentation made from the knowledge base: one function `render(kb)` for each page, in Markdown."""
