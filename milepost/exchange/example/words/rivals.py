"""What people of the example company say of whom they sell against."""

from __future__ import annotations

NOBODY = "Nobody: they do nothing"
IN_HOUSE = "an in-house team"
# what each is good at, and where clients doubt it
KNOWN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Orbital Controls": (
        ("Engineers within an hour of every plant", "The service contract runs until next year anyway"),
        ("Two controllers of different age on one line", "Nobody there answers at night"),
    ),
    "Hexaline": (
        ("A third cheaper on the first quotation", "Group purchasing has a frame with them"),
        ("Every change is charged", "The last project came four months late"),
    ),
    "Fernwerk Systems": (
        ("They built the line next door", "Their project manager sits in the plant"),
        ("No references in this industry",),
    ),
    "Parallax Automation": (
        ("The nicer screens, say the operators", "Group IT trusts them"),
        ("A small company: what if they are bought?",),
    ),
    "Quill & Norden": (
        ("Consultants in the boardroom since the merger",),
        ("They leave when the slides are done", "No service of their own"),
    ),
    "Stratum Industrial": (
        ("One supplier for machine and controls",),
        ("Closed: nothing of anybody else connects", "Spare parts take weeks"),
    ),
    IN_HOUSE: (
        ("They know the plant best", "It costs nothing, says the budget’s owner"),
        ("Two people, and one retires in spring",),
    ),
    NOBODY: (
        ("Nobody has to decide anything", "The shutdown is full already"),
        ("A lost shift a week goes on",),
    ),
}
HOW = (
    "The champion told us.",
    "Seen in their quotation, left on the table.",
    "Said at the workshop, before everybody.",
    "From the operators at the line.",
)
FOR = ("Call plan and preparation", "Appointment and journey", "Figures for the proposal", "Minutes and follow-up")
ENGINEERING = ("Data audit", "Drawing of the target state", "Test rig", "Workshop with maintenance")
PAID = (("Journey of the team", 900_00), ("Test rig, hired", 4_800_00), ("Integrator, two days", 2_600_00))
ALL_THE_SAME = (
    "Their champion asked me to, and has it before her board on Monday.",
    "Half of it was done before we held it.",
    "It was quicker to answer than to explain why not.",
)
