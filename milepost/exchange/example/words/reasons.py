"""Why the example company’s opportunities ended, from its list and in words."""

REASONS: dict[str, tuple[str, ...]] = {
    "won": (
        "Pilot met its target", "Champion with influence", "Reference plant convinced them", "Best total cost",
        "Delivery date", "Trust from earlier work",
    ),
    "lost": (
        "Price", "Missing function", "Competitor was there first", "No access to whoever decides",
        "Relationship of a competitor", "Their IT stood against it", "Delivery date",
    ),
    "no_decision": (
        "Budget frozen", "Other project came first", "Sponsor left", "Problem was not urgent enough", "Merger or sale",
    ),
    "withdrawn": (
        "No budget’s owner to be found", "Effort above the expected margin", "Outside what we do well",
        "Only a second quotation was wanted", "Terms we do not accept",
    ),
}  # fmt: skip

WORDS: dict[str, tuple[str, ...]] = {
    "Pilot met its target": (
        "Their own crew showed the figures to the board.",
        "Two stops fewer a week, counted by them.",
    ),
    "Champion with influence": ("The production manager carried it through three committees.",),
    "Reference plant convinced them": ("After the visit nobody asked about price again.",),
    "Best total cost": ("Dearer to buy, cheaper over five years, and finance did the sum.",),
    "Delivery date": ("It hung on the shutdown in summer.", "Whoever could deliver before the shutdown had it."),
    "Trust from earlier work": ("They remember how we came out on a Sunday.",),
    "Price": ("We were a fifth above, and could not say why.", "Purchasing led the last round alone."),
    "Missing function": ("They wanted batch reporting in their own language; we had promised it for next year.",),
    "Competitor was there first": ("The specification was written with somebody else’s data sheet.",),
    "No access to whoever decides": ("We never met the finance director.",),
    "Relationship of a competitor": ("Fifteen years of working together; we were the second quotation.",),
    "Their IT stood against it": ("Information security was asked in the last week and said no.",),
    "Budget frozen": (
        "All investments over 100 k stopped until the new year.",
        "The group froze everything in one mail.",
    ),
    "Other project came first": ("The crew that would have run it was moved to the new hall.",),
    "Sponsor left": ("Our champion left in spring; the successor had other plans.",),
    "Problem was not urgent enough": ("It hurts, but it has hurt for ten years.",),
    "Merger or sale": ("The site is up for sale.",),
    "No budget’s owner to be found": ("Three meetings, and nobody who could sign.",),
    "Effort above the expected margin": ("The pilot alone would have eaten the margin.",),
    "Outside what we do well": ("A nice project for somebody who builds machines.",),
    "Only a second quotation was wanted": ("They asked for a price by Friday and did not want to meet.",),
    "Terms we do not accept": ("Unlimited liability, not negotiable.",),
}
