"""Since when imported opportunities were watched: that they had not ended before tells nothing.

What an import tells of is there because it was still going on when somebody began to write ends down: a file of open
opportunities leaves out all that had been lost by then, and a source whose first end is of March holds of those that
began in January only such as lived to see March. Days on which an end would not have been written down are no days at
risk (left truncation; Klein & Moeschberger 2003, *Survival Analysis*, 4.6). So what was imported is watched from the
day after the first on which the end of any of it is known, or from the day to which the import first told of it, if
that was sooner. That first end shows that ends are written down, and counts for no more: else it would have happened
on the first day of being watched for no other reason than that watching begins with it.

What was begun here was watched from its beginning.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEVER = datetime.date.max.toordinal()
STRAY = 0.01
"""So many of the earliest ends are passed over: one of years before tells of no habit to write them down."""


def watched_since(told: NDArray[np.int32], ended: NDArray[np.int32], day: int) -> NDArray[np.int64]:
    """Return since when each was watched [n], as ordinals, by what was known at the start of a day; 0 from its start.

    told   the day to which an import first told of each [n]; NEVER for what was begun here
    ended  the day on which each ended [n]; NEVER for those that have not

    >>> import numpy as np
    >>> watched_since(np.array([9, 9, 5, NEVER]), np.array([7, NEVER, NEVER, 6]), 8).tolist()
    [8, 8, 5, 0]
    >>> watched_since(np.array([9, 9, 5, NEVER]), np.array([7, NEVER, NEVER, 6]), 7).tolist()
    [9, 9, 5, 0]
    """
    import numpy as np

    imported = told != NEVER
    ends = np.sort(ended[imported & (ended < day)])
    first = int(ends[int(len(ends) * STRAY)]) + 1 if len(ends) else NEVER
    return np.where(imported, np.minimum(told, first), 0).astype(np.int64)
