"""Names that components use in their signatures, and what they do with the objects they get."""
import os
from typing import Annotated, Any, Dict, List, NamedTuple, Optional

from .artifacts import (HTML, Artifact, ClassificationMetrics, Dataset, Markdown, Metrics, Model,
                        SlicedClassificationMetrics)


class Mark:
    """What Input and Output leave on a type."""

    def __init__(self, kind):
        self.kind = kind


class _Marker:
    def __init__(self, kind):
        self._mark = Mark(kind)

    def __getitem__(self, artifact):
        return Annotated[artifact, self._mark]


Input = _Marker("input")
Output = _Marker("output")


class InputPath:
    def __init__(self, type=None):
        self.type = type


class OutputPath:
    def __init__(self, type=None):
        self.type = type


class PipelineTaskFinalStatus:
    def __init__(self, state, pipeline_job_resource_name, pipeline_task_name, error_code=None, error_message=None):
        self.state = state
        self.pipeline_job_resource_name = pipeline_job_resource_name
        self.pipeline_task_name = pipeline_task_name
        self.error_code = error_code
        self.error_message = error_message


def _decorator(func=None, **_):
    return func if func is not None else _decorator


component = container_component = pipeline = notebook_component = _decorator


def get_uri(suffix="Output"):
    """A place of the task's own in the object store, for artifacts that are returned."""
    return f"{os.environ['ISOBAR_TASK_URI'].rstrip('/')}/{suffix}"
