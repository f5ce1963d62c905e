"""Packs: what a forecast call and a quarterly review need, as a page, as PDF and as an Excel book, by schedule too."""
