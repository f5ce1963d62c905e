"""The document of a feasibility study: from a text with blanks to a paper for the client."""
