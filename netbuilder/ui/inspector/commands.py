"""A change of several blocks at once."""

from typing import Any, ClassVar

from netbuilder.project.commands import Command, SetParameter
from netbuilder.project.model import Project


class SetParameters(Command, frozen=True):
    """Change one parameter of several nodes in one step. Raises InvalidValue for a bad value."""

    template: ClassVar[str] = "Change {name} of {count} blocks"
    nodes: tuple[str, ...]
    name: str
    value: Any

    @property
    def fields(self) -> dict[str, Any]:
        return {"name": self.name.replace("_", " "), "count": len(self.nodes)}

    @property
    def merge_key(self) -> object:
        return (type(self), self.nodes, self.name)

    def apply(self, project: Project) -> Project:
        for node in self.nodes:
            project = SetParameter(node, self.name, self.value).apply(project)
        return project
