"""Flow charts as they come: read from a list, Mermaid, BPMN 2.0 or draw.io into what the engine straightens."""
