"""Runs a component's function: arguments from the executor's input, results into the executor's output."""
import argparse
import importlib.util
import inspect
import json
import math
import os
import sys
import typing

from kfp import dsl
from kfp.dsl.artifacts import BY_TITLE, Artifact

PARAMETERS = (str, int, float, bool, dict, list)


def plain(annotation):
    """The annotation without Optional."""
    if typing.get_origin(annotation) is typing.Union:
        kinds = [a for a in typing.get_args(annotation) if a is not type(None)]
        return kinds[0] if len(kinds) == 1 else annotation
    return annotation


def mark_of(annotation):
    return next((m.kind for m in getattr(annotation, "__metadata__", ()) if isinstance(m, dsl.Mark)), None)


def is_artifact(annotation):
    return inspect.isclass(annotation) and (issubclass(annotation, Artifact) or hasattr(annotation, "schema_title"))


def is_list_of_artifacts(annotation):
    annotation = getattr(annotation, "__origin__", annotation) if mark_of(annotation) else annotation
    return typing.get_origin(annotation) in (list, typing.List) and any(is_artifact(a) for a in typing.get_args(annotation))


def made(told, annotation):
    """An artifact's object of its own class."""
    own = getattr(annotation, "__origin__", annotation) if mark_of(annotation) else annotation
    kind = BY_TITLE.get(told.get("type", {}).get("schemaTitle", "")) or (own if is_artifact(own) else Artifact)
    return kind(name=told.get("name", ""), uri=told.get("uri", ""), metadata=told.get("metadata") or {})


def typed(value, annotation):
    """JSON has one kind of number."""
    if annotation is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return float(value) if annotation is float and isinstance(value, int) and not isinstance(value, bool) else value


def final_status(value):
    error = value.get("error") or {}
    return dsl.PipelineTaskFinalStatus(value.get("state"), value.get("pipelineJobResourceName"), value.get("pipelineTaskName"), error.get("code"), error.get("message"))


def sound(value):
    """What JSON can hold: a number that is none becomes a text."""
    if isinstance(value, dict):
        return {str(k): sound(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [sound(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (str, int, float, bool)) else value.item() if hasattr(value, "item") else str(value)


class Run:
    def __init__(self, func, told):
        self.func, self.told, self.values = func, told, {}
        self.given = told.get("inputs", {})
        self.outputs = {n: made(a["artifacts"][0], None) for n, a in told.get("outputs", {}).get("artifacts", {}).items()}
        for artifact in self.outputs.values():
            os.makedirs(os.path.dirname(artifact.path), exist_ok=True)

    def annotation(self, annotation):
        return plain(eval(annotation, self.func.__globals__) if isinstance(annotation, str) else annotation)

    def argument(self, name, annotation):
        """The value of one argument, in a list; none where the function's own default is to count."""
        if annotation is dsl.PipelineTaskFinalStatus:
            return [final_status(self.given.get("parameterValues", {}).get(name) or {})]
        if isinstance(annotation, dsl.OutputPath):
            if name in self.outputs:
                return [self.outputs[name].path]
            path = self.told["outputs"]["parameters"][name]["outputFile"]
            os.makedirs(os.path.dirname(path), exist_ok=True)
            return [path]
        if mark_of(annotation) == "output":
            own = annotation.__origin__
            if name in self.outputs and is_artifact(own) and type(self.outputs[name]) is Artifact:
                self.outputs[name] = made(self.told["outputs"]["artifacts"][name]["artifacts"][0], own)
            return [self.outputs.get(name)]
        told = self.given.get("artifacts", {}).get(name, {}).get("artifacts", [])
        if is_list_of_artifacts(annotation):
            return [[made(a, None) for a in told]]
        if isinstance(annotation, dsl.InputPath):
            return [made(told[0], None).path] if told else [None]
        if mark_of(annotation) == "input" or is_artifact(annotation):
            return [made(told[0], annotation)] if told else [None]
        values = self.given.get("parameterValues", {})
        return [typed(values[name], annotation)] if name in values else []

    def result(self, name, annotation, value):
        if isinstance(value, Artifact):
            value.name = value.name or self.outputs[name].name
            self.outputs[name] = value
        elif is_artifact(annotation):
            with open(self.outputs[name].path, "w") as file:
                file.write(str(value))
        else:
            kind = typing.get_origin(annotation) or annotation
            accepted = (int, float) if kind is float else kind
            if kind in PARAMETERS and not isinstance(value, accepted):
                raise ValueError(f"Function `{self.func.__name__}` returned value of type {type(value)}; want type {kind}")
            self.values[name] = value

    def __call__(self):
        arguments = {}
        for name, annotation in self.func.__annotations__.items():
            if name == "return":
                continue
            for value in self.argument(name, self.annotation(annotation)):
                arguments[name] = value
        value = self.func(**arguments)
        returned = self.annotation(self.func.__annotations__.get("return", type(None)))
        if value is not None:
            fields = getattr(returned, "_fields", None)
            if fields:
                if len(fields) != len(value):
                    raise RuntimeError(f"Expected {len(fields)} return values from function `{self.func.__name__}`, got {len(value)}")
                for field, each in zip(fields, value):
                    self.result(field, self.annotation(returned.__annotations__[field]), each)
            else:
                self.result("Output", returned, value)
        self.write()

    def write(self):
        said = {}
        if self.values:
            said["parameterValues"] = sound(self.values)
        if self.outputs:
            said["artifacts"] = {n: {"artifacts": [{"name": a.name, "uri": a.uri, "metadata": sound(a.metadata)}]} for n, a in self.outputs.items()}
        path = self.told["outputs"]["outputFile"]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump(said, file)


def main():
    parser = argparse.ArgumentParser(description="Runs a component's function.")
    parser.add_argument("--component_module_path", required=True)
    parser.add_argument("--function_to_execute", required=True)
    parser.add_argument("--executor_input", required=True)
    args, _ = parser.parse_known_args()
    sys.path.insert(0, os.path.dirname(os.path.abspath(args.component_module_path)))
    spec = importlib.util.spec_from_file_location("ephemeral_component", args.component_module_path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    Run(getattr(module, args.function_to_execute), json.loads(args.executor_input))()


if __name__ == "__main__":
    main()
