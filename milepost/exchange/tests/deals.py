"""A small table of opportunities, as a CRM exports it, and what is asked of those it made."""

import datetime as dt

from milepost.opportunities.models import Opportunity

HEAD = "Id,Name,Account Name,Owner,StageName,Amount,Probability,CreatedDate,CloseDate,LastStageChangeDate,Loss Reason\n"
ROWS = (
    "1,Line 4,Acme,Ada Fox,Discovery,1000.50,10,2026-01-05,2026-06-01,2026-01-20,\n"
    "2,Line 5,Acme,Ada Fox,Proposal,2000,60,2025-12-01,2026-05-01,2026-01-10,\n"
    "3,Pilot,Bolt,Bob Ray,Closed Won,300,100,2025-10-01,2026-01-15,,\n"
    "4,Repair,Bolt,Bob Ray,Closed Lost,0,0,2025-10-01,2026-01-18,,too dear\n"
)
AS_OF = dt.date(2026, 1, 20)


def one(name):
    return Opportunity.objects.get(name=name)


def states(opportunity):
    return list(opportunity.steps.values_list("state", flat=True))
