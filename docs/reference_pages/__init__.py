"""The pages that are made from the code: one file a page."""
