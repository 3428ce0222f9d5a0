"""OAI-PMH 2.0, the protocol alone: what was asked, and answers as XML."""
