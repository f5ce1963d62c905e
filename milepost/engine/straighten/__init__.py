"""From a flow chart to a line: measure it, name its knots, untie them one by one.

`flow` holds a chart, `measure` counts what makes it hard to manage, `knots` finds what is to be untied next, `untie`
does it in the way chosen, and `line` goes on until a line is left.
"""
