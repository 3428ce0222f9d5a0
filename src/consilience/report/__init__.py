"""Charts, maps, tables and pages drawn from nouns; knows no store."""
