"""What clients of the example company ask outside the agreed line, and what is said to it."""

ASKS = (
    ("What would two more lines come to?", "If we took lines 5 and 6 into it as well, what would that come to?", 6.0),
    ("Security questionnaire", "180 questions; please send it back filled in for the supplier file.", 16.0),
    ("A works like ours to call", "Could you name one where it has run for a year, and whom we may call?", 2.0),
    ("You beside our present supplier", "The management asks for one page: you against what we have.", 8.0),
    ("The price without commissioning", "Purchasing would like both prices, with commissioning and without.", 3.0),
    ("A visit for the works council", "Could six of us see it running somewhere before the summer?", 12.0),
    ("Terms for three years", "What would change if we signed a frame instead of one order?", 5.0),
    ("A demonstration for group IT", "They were not at the workshop and would like to see the same.", 10.0),
    ("Spare parts for ten years", "Please confirm in writing, with prices.", 4.0),
    ("How much energy does it save?", "Somebody in the group collects such figures for a report.", 7.0),
)
BURST = (
    ("Full tender with 240 items", "Purchasing has sent it to four suppliers and wants it back in two weeks.", 40.0),
    ("A connection to the group’s data lake", "Is that in your standard, or would it be extra?", 9.0),
    ("The same for the works in Brno", "A price to plan with is enough for now.", 14.0),
)
BEHIND = ("The works manager", "Group purchasing", "The head of quality", "Their finance director")
WHY = {
    "answer": (
        "Short, and it helps the one who speaks for us inside.",
        "The works manager asked for it himself, before everybody.",
        "We have it from the last project.",
    ),
    "hold": (
        "Nobody could say what it is for. Ask before we fill it in.",
        "It came from purchasing alone; wait for the talk with the works.",
        "Not before we know whose plan this is.",
    ),
    "decline": (
        "Two days of work for a column in somebody’s comparison.",
        "It has nothing to do with what we are planning together.",
    ),
}
ABOUT = ("budget", "the choice of system", "who is trained first", "the schedule", "his old supplier")
