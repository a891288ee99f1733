"""Panels, the list of jobs, menus and the file drop. Nothing here computes, reads a file or writes."""
