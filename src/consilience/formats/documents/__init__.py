"""Words of documents, each format alone: plain text, Word, OpenDocument, RTF, PDF."""
