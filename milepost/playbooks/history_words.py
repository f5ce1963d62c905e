"""What the history of a playbook says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.web.history_words import Words

WORDS = Words(
    sentences={
        "brought": lazy("%(who)s brought it in"),
        "change accepted": lazy("%(who)s accepted a change"),
        "changes accepted": lazy("%(who)s accepted what was proposed"),
        "change taken back": lazy("%(who)s took a change back"),
        "made a playbook": lazy("%(who)s made a playbook of it"),
        "draft opened": lazy("%(who)s opened the next version as a draft"),
        "draft thrown away": lazy("%(who)s threw the draft away"),
        "version taken back": lazy("%(who)s took the import back that had made a version"),
        "published": lazy("%(who)s published a version"),
        "retired": lazy("%(who)s retired it"),
        "revived": lazy("%(who)s brought it back"),
        "step added": lazy("%(who)s added the step “%(part)s”"),
        "step changed": lazy("%(who)s changed the step “%(part)s”"),
        "step moved": lazy("%(who)s moved the step “%(part)s”"),
        "steps reordered": lazy("%(who)s put the steps into another order"),
        "precedence said": lazy("%(who)s said which steps wait for which"),
        "pattern put in": lazy("%(who)s put in the steps of “%(part)s”"),
        "step split": lazy("%(who)s split the step “%(part)s” in two"),
        "steps merged": lazy("%(who)s merged two steps into “%(part)s”"),
        "step removed": lazy("%(who)s removed the step “%(part)s”"),
        "gate added": lazy("%(who)s added the gate “%(part)s”"),
        "gate changed": lazy("%(who)s changed the gate “%(part)s”"),
        "gate removed": lazy("%(who)s removed the gate “%(part)s”"),
        "gate rule added": lazy("%(who)s added a rule to “%(part)s”"),
        "gate rule changed": lazy("%(who)s changed a rule of “%(part)s”"),
        "gate rule removed": lazy("%(who)s removed a rule from “%(part)s”"),
    }
)
