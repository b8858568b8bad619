#!/usr/bin/env python3
"""Writes the SageMaker wire records from botocore's service model. Facts only: names and constraints, no documentation."""
import collections
import glob
import gzip
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "src/Isobar.Aws/SageMaker/Wire"
MODELS = ["/usr/lib/python3/dist-packages/botocore/data/sagemaker/2017-07-24/service-2.json*",
          "/usr/local/lib/python3*/site-packages/botocore/data/sagemaker/2017-07-24/service-2.json*"]

# One file a resource, and the operations that the emulator builds for it.
GROUPS = {
    "TrainingJobs": "CreateTrainingJob DescribeTrainingJob ListTrainingJobs StopTrainingJob UpdateTrainingJob DeleteTrainingJob",
    "Models": "CreateModel DescribeModel ListModels DeleteModel",
    "EndpointConfigs": "CreateEndpointConfig DescribeEndpointConfig ListEndpointConfigs DeleteEndpointConfig",
    "Endpoints": "CreateEndpoint DescribeEndpoint ListEndpoints DeleteEndpoint UpdateEndpoint UpdateEndpointWeightsAndCapacities",
    "TransformJobs": "CreateTransformJob DescribeTransformJob ListTransformJobs StopTransformJob",
    "ProcessingJobs": "CreateProcessingJob DescribeProcessingJob ListProcessingJobs StopProcessingJob",
    "TuningJobs": "CreateHyperParameterTuningJob DescribeHyperParameterTuningJob ListHyperParameterTuningJobs StopHyperParameterTuningJob "
                  "ListTrainingJobsForHyperParameterTuningJob",
    "ModelPackages": "CreateModelPackageGroup DescribeModelPackageGroup ListModelPackageGroups DeleteModelPackageGroup CreateModelPackage "
                     "DescribeModelPackage ListModelPackages UpdateModelPackage DeleteModelPackage",
    "JobDefinitions": "CreateDataQualityJobDefinition DescribeDataQualityJobDefinition ListDataQualityJobDefinitions DeleteDataQualityJobDefinition "
                      "CreateModelQualityJobDefinition DescribeModelQualityJobDefinition ListModelQualityJobDefinitions DeleteModelQualityJobDefinition",
    "MonitoringSchedules": "CreateMonitoringSchedule DescribeMonitoringSchedule ListMonitoringSchedules UpdateMonitoringSchedule "
                           "StartMonitoringSchedule StopMonitoringSchedule DeleteMonitoringSchedule ListMonitoringExecutions",
    "Tags": "AddTags ListTags DeleteTags",
    "Experiments": "CreateExperiment DescribeExperiment ListExperiments UpdateExperiment DeleteExperiment CreateTrial DescribeTrial ListTrials UpdateTrial "
                   "DeleteTrial CreateTrialComponent DescribeTrialComponent ListTrialComponents UpdateTrialComponent DeleteTrialComponent "
                   "AssociateTrialComponent DisassociateTrialComponent",
    "Search": "Search",
    "AutoMlJobs": "CreateAutoMLJobV2 DescribeAutoMLJobV2 CreateAutoMLJob DescribeAutoMLJob ListAutoMLJobs ListCandidatesForAutoMLJob StopAutoMLJob",
    "Pipelines": "CreatePipeline UpdatePipeline DescribePipeline ListPipelines DeletePipeline StartPipelineExecution StopPipelineExecution RetryPipelineExecution "
                 "UpdatePipelineExecution DescribePipelineExecution ListPipelineExecutions ListPipelineExecutionSteps ListPipelineParametersForExecution "
                 "DescribePipelineDefinitionForExecution SendPipelineExecutionStepSuccess SendPipelineExecutionStepFailure",
}

# A search can find every kind of resource; ours finds these.
KEPT_MEMBERS = {"SearchRecord": {"TrainingJob", "Experiment", "Trial", "TrialComponent"},
                "PipelineExecutionStepMetadata": {"TrainingJob", "ProcessingJob", "TransformJob", "TuningJob", "Model", "RegisterModel", "Condition", "Callback", "Fail", "AutoMLJob"}}

SCALARS = {"string": "string", "character": "string", "integer": "int", "long": "long", "float": "double", "double": "double",
           "boolean": "bool", "timestamp": "DateTimeOffset", "blob": "byte[]"}


class Generator:
    def __init__(self, model):
        self.shapes, self.operations = model["shapes"], model["operations"]
        self.enums = {}

    def members(self, name):
        kept = KEPT_MEMBERS.get(name)
        return {m: r["shape"] for m, r in self.shapes[name].get("members", {}).items() if not kept or m in kept}

    def structures_below(self, name, seen):
        shape = self.shapes[name]
        if shape["type"] == "structure":
            if name in seen:
                return seen
            seen.add(name)
            for inside in self.members(name).values():
                self.structures_below(inside, seen)
        for part in ("member", "value"):
            if part in shape:
                self.structures_below(shape[part]["shape"], seen)
        return seen

    def type_of(self, name):
        shape = self.shapes[name]
        if shape["type"] == "structure":
            return name
        if shape["type"] == "list":
            return f"IReadOnlyList<{self.type_of(shape['member']['shape'])}>"
        if shape["type"] == "map":
            return f"IReadOnlyDictionary<string, {self.type_of(shape['value']['shape'])}>"
        return SCALARS[shape["type"]]

    def constraints(self, name, on=None):
        shape, found = self.shapes[name], []
        where = f", On = On.{on}" if on else ""
        low, high = shape.get("min"), shape.get("max")
        if shape["type"] in ("integer", "long", "float", "double"):
            if low is not None or high is not None:
                found.append(f"Range({'double.NegativeInfinity' if low is None else low}, {'double.PositiveInfinity' if high is None else high}{where})")
        elif low or high is not None:
            found.append(f"Length({low or 0}{'' if high is None else f', {high}'}{where})")
        if "pattern" in shape:
            pattern = shape["pattern"].replace('"', '""')
            found.append(f'Pattern(@"{pattern}"{where})')
        if "enum" in shape:
            self.enums[name] = shape["enum"]
            found.append(f"OneOf<{name}>" + (f"(On = On.{on})" if on else ""))
        if not on:
            for part, target in (("member", "Items"), ("value", "Items"), ("key", "Keys")):
                if part in shape:
                    found += self.constraints(shape[part]["shape"], target)
        return found

    def record(self, name, checked):
        required, lines = set(self.shapes[name].get("required", [])), []
        for member, inside in self.members(name).items():
            marks = (["Required"] if member in required else []) + self.constraints(inside) if checked else []
            prefix = f"[{', '.join(marks)}] " if marks else ""
            field = member
            if member == name or not member[0].isupper():
                field = (member + "Value") if member == name else member[0].upper() + member[1:]
                prefix = f'[JsonPropertyName("{member}")] ' + prefix
            lines.append(f"    {prefix}public {self.type_of(inside)}? {field} {{ get; init; }}\n")
        return f"internal sealed record {name}\n{{\n{''.join(lines)}}}\n" if lines else f"internal sealed record {name};\n"


def shape_of(operation, side):
    return operation[side]["shape"] if side in operation else None


def wrapped(values):
    lines = [""]
    for value in values:
        if len(lines[-1]) + len(value) > 150:
            lines.append("")
        lines[-1] += value + ", "
    return [line.rstrip() for line in lines]


def write(name, body, usings=()):
    head = "// Made by tools/wire/generate.py from the public service model; do not edit.\n"
    head += "".join(f"using {u};\n" for u in usings) + ("\n" if usings else "") + "namespace Isobar.Aws.SageMaker.Wire;\n\n"
    (OUT / f"{name}.cs").write_text(head + body)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else next((p for m in MODELS for p in sorted(glob.glob(m))), None)
    if not path:
        sys.exit("no service model found: install python3-botocore or name the file")
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        model = json.load(file)
    generator = Generator(model)
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.cs"):
        old.unlink()

    users, inputs, roots = collections.defaultdict(set), set(), []
    for group, names in GROUPS.items():
        for name in names.split():
            operation = generator.operations[name]
            for side in ("input", "output"):
                root = shape_of(operation, side)
                if not root:
                    continue
                roots.append(root)
                below = generator.structures_below(root, set())
                for shape in below:
                    users[shape].add(group)
                if side == "input":
                    inputs |= below

    files = collections.defaultdict(list)
    for shape in sorted(users):
        files[next(iter(users[shape])) if len(users[shape]) == 1 else "Shared"].append(shape)
    for group, shapes in files.items():
        chunks, chunk, size = [], [], 0
        for shape in shapes:
            text = generator.record(shape, shape in inputs)
            if size + text.count("\n") > 340:
                chunks.append(chunk)
                chunk, size = [], 0
            chunk.append(text)
            size += text.count("\n") + 1
        chunks.append(chunk)
        for number, chunk in enumerate(chunks):
            body = "\n".join(chunk)
            usings = (["System.Text.Json.Serialization"] if "JsonPropertyName" in body else []) + (["Isobar.Aws.Protocols.Validation"] if "[" in body else [])
            write(group if len(chunks) == 1 else f"{group}{number + 1}", body, usings)

    values = []
    for name, allowed in sorted(generator.enums.items()):
        listed = "\n        ".join(wrapped(f'"{v}"' for v in allowed))
        values.append(f"internal sealed class {name} : IAllowedValues\n{{\n    public static IReadOnlyList<string> Values {{ get; }} =\n    [\n        {listed}\n    ];\n}}\n")
    chunk, size, number = [], 0, 1
    for text in values + [None]:
        if text is None or size + text.count("\n") > 360:
            write(f"Enums{number}", "\n".join(chunk), ["Isobar.Aws.Protocols.Validation"])
            chunk, size, number = [], 0, number + 1
        if text:
            chunk.append(text)
            size += text.count("\n") + 1

    print(f"{len(users)} records of {len(roots)} requests and replies, {len(generator.enums)} value sets")


main()
