"""BPMN 2.0: the process with most steps, its lanes as roles, its gateways as splits."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from milepost.engine.straighten.flow import Flow, Kind
from milepost.playbooks.charts.sketch import ChartRefused, Sketch

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
STEPS = {
    "task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
    "callActivity", "subProcess", "transaction", "adHocSubProcess",
}  # fmt: skip
GATEWAYS = {
    "exclusiveGateway": Kind.CHOICE, "eventBasedGateway": Kind.CHOICE, "complexGateway": Kind.CHOICE,
    "parallelGateway": Kind.PARALLEL, "inclusiveGateway": Kind.ANY,
}  # fmt: skip
LOSING = {"errorEventDefinition", "cancelEventDefinition"}


def read_bpmn(root: Element) -> Flow:
    """Return the chart of a file with its `definitions` as root; raises ChartRefused where there is no process."""
    processes = root.findall(f"{MODEL}process")
    if not processes:
        raise ChartRefused(_("There is no process in this BPMN file."))
    return _Process(max(processes, key=_size), _pools(root)).flow()


def _size(process: Element) -> int:
    return sum(_tag(element) in STEPS for element in process)


def _pools(root: Element) -> dict[str, str]:
    """Return the names of pools by the process they show."""
    pools = root.iter(f"{MODEL}participant")
    return {pool.get("processRef", ""): pool.get("name", "") for pool in pools}


def _tag(element: Element) -> str:
    """Return an element's name; "" for what BPMN does not know."""
    return element.tag.removeprefix(MODEL) if element.tag.startswith(MODEL) else ""


class _Process:
    """Read one process into a sketch."""

    def __init__(self, process: Element, pools: dict[str, str]) -> None:
        self.sketch = Sketch()
        self.process = process
        self.roles = self._lanes(pools.get(process.get("id", ""), ""))
        self.attached: dict[str, tuple[str, str]] = {}
        self.throws: dict[str, str] = {}
        self.catches: dict[str, str] = {}

    def flow(self) -> Flow:
        for element in self.process:
            if element.get("id") and element.get("triggeredByEvent") != "true":
                self._node(element, element.get("id", ""), element.get("name", ""))
        for link, source in self.throws.items():
            if link in self.catches:
                self.sketch.arrow(source, self.catches[link])
        for element in self.process.findall(f"{MODEL}sequenceFlow"):
            self._arrow(element)
        return self.sketch.flow()

    def _lanes(self, pool: str) -> dict[str, str]:
        """Return by node the lane it stands in, the innermost; the pool's name is none, it stands for the company."""
        roles: dict[str, str] = {}
        for lane in self.process.iter(f"{MODEL}lane"):
            for node in lane.findall(f"{MODEL}flowNodeRef"):
                roles[(node.text or "").strip()] = lane.get("name", "") or pool
        return roles

    def _node(self, element: Element, key: str, name: str) -> None:
        tag = _tag(element)
        role = self.roles.get(key, "")
        if tag in STEPS:
            self.sketch.add(key, name, role=role)
        elif tag in GATEWAYS:
            self.sketch.add(key, name, GATEWAYS[tag], role=role)
        elif tag == "startEvent":
            self.sketch.add(key, name, Kind.START)
        elif tag == "endEvent":
            said = {_tag(child) for child in element}
            self.sketch.add(key, name, Kind.END, lost=bool(said & LOSING))
            if "terminateEventDefinition" in said:
                self.sketch.cuts_off(key)
        elif tag == "boundaryEvent":
            self.attached[key] = (element.get("attachedToRef", ""), name)
        elif tag in {"intermediateCatchEvent", "intermediateThrowEvent"}:
            self._event(element, key, name)

    def _event(self, element: Element, key: str, name: str) -> None:
        self.sketch.add_passing(key, name)
        link = element.find(f"{MODEL}linkEventDefinition")
        if link is not None:
            ends = self.throws if _tag(element) == "intermediateThrowEvent" else self.catches
            ends[link.get("name") or name] = key

    def _arrow(self, element: Element) -> None:
        source, target = element.get("sourceRef", ""), element.get("targetRef", "")
        case = element.get("name", "")
        if source in self.attached:
            source, event = self.attached[source]
            case = case or event or _("otherwise")
        if element.find(f"{MODEL}conditionExpression") is not None:
            case = case or _("if it applies")
        if source in self.sketch and target in self.sketch:
            self.sketch.arrow(source, target, case)
