"""Find the sector that a word is probably a slip of: one that is usual, or that accounts have here already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz, process

ALIKE = 88  # of 100: “technolgy” and “technology” are 95, “metals” and “medical” 62
USUAL = """
    agriculture|apparel|automotive|banking|biotechnology|chemicals|communications|construction|consulting|
    consumer goods|defense|education|electronics|employment|energy|engineering|entertainment|environmental|finance|
    financial services|food|food & beverage|government|healthcare|hospitality|insurance|logistics|machinery|
    manufacturing|marketing|media|medical|metals|mining|oil & gas|pharmaceuticals|plastics|packaging|paper|
    professional services|public sector|real estate|recreation|retail|services|shipping|software|steel|
    technology|telecommunications|telecom|textiles|tourism|transportation|utilities|wholesale|
    automobilindustrie|bauwesen|bildung|chemie|dienstleistung|elektronik|energie|finanzen|gesundheitswesen|handel|
    industrie|landwirtschaft|lebensmittel|logistik|maschinenbau|medizintechnik|pharma|stahl|technologie|
    telekommunikation|versicherung|verwaltung
"""
WORDS = frozenset(" ".join(word.split()) for word in USUAL.split("|"))


def slips(said: Counter[str], known: Iterable[str]) -> dict[str, str]:
    """Return the sectors of a file that are probably slips, each with what is meant, written as the file writes.

    >>> slips(Counter({"technolgy": 12, "retail": 17, "Fishing": 1}), ())
    {'technolgy': 'technology'}
    """
    by_bare = {word: word for word in WORDS} | {one.casefold(): one for one in known if one}
    found = {}
    for word in said:
        bare = word.casefold()
        if bare in by_bare:
            continue
        near = process.extractOne(bare, sorted(by_bare), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if near:
            found[word] = _written_like(word, by_bare[near[0]])
    return found


def _written_like(word: str, meant: str) -> str:
    """Give a usual word the capitals that the file gives its own; one that is known here keeps its own."""
    if meant not in WORDS:
        return meant
    return meant.capitalize() if word[:1].isupper() else meant
