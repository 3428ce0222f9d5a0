"""The web face: pages that ask the desk."""
