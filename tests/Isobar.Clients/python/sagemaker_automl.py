"""Autopilot through boto3: search, candidates, the best one deployed and asked; both generations of the operations, where this boto3 knows both."""
import json
import os
import time
import uuid

import boto3
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data", "datasets", "penguins.csv")
s3, sm, runtime = (boto3.client(name, endpoint_url=ENDPOINT) for name in ("s3", "sagemaker", "sagemaker-runtime"))
run = uuid.uuid4().hex[:8]
bucket, role = "automl-" + run, "arn:aws:iam::000000000000:role/any-role-at-all"
second = hasattr(sm, "create_auto_ml_job_v2")
SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/train/"}}
BOUNDS = {"MaxCandidates": 4, "MaxAutoMLJobRuntimeInSeconds": 300}
OUTPUT = {"S3OutputPath": f"s3://{bucket}/out"}


def fails(code, part, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = error.response["Error"]
        assert got["Code"] == code and part in got["Message"], got
        return
    raise AssertionError(f"{code} expected")


def start(name, problem=None, objective=None):
    more = {"AutoMLJobObjective": {"MetricName": objective}} if objective else {}
    if second:
        tabular = {"TargetAttributeName": "species", "CompletionCriteria": BOUNDS, **({"ProblemType": problem} if problem else {})}
        return sm.create_auto_ml_job_v2(AutoMLJobName=name, AutoMLJobInputDataConfig=[{"ChannelType": "training", "ContentType": "text/csv;header=present", "DataSource": SOURCE}],
                                        OutputDataConfig=OUTPUT, AutoMLProblemTypeConfig={"TabularJobConfig": tabular}, RoleArn=role, Tags=[{"Key": "flow", "Value": run}], **more)
    if problem:
        more["ProblemType"] = problem
    return sm.create_auto_ml_job(AutoMLJobName=name, InputDataConfig=[{"TargetAttributeName": "species", "DataSource": SOURCE}], OutputDataConfig=OUTPUT, RoleArn=role,
                                 AutoMLJobConfig={"CompletionCriteria": BOUNDS}, Tags=[{"Key": "flow", "Value": run}], **more)


def describe(name):
    return sm.describe_auto_ml_job_v2(AutoMLJobName=name) if second else sm.describe_auto_ml_job(AutoMLJobName=name)


def wait(name):
    for _ in range(1200):
        job = describe(name)
        if job["AutoMLJobStatus"] not in ("InProgress", "Stopping"):
            return job
        assert "BestCandidate" not in job
        time.sleep(0.5)
    raise AssertionError("the job does not end: " + str(job))


s3.create_bucket(Bucket=bucket)
with open(DATA, encoding="utf-8") as file:
    lines = file.read().splitlines()
s3.put_object(Bucket=bucket, Key="train/penguins.csv", Body="\n".join(line for i, line in enumerate(lines) if i == 0 or i % 4))
held = [line.split(",", 1) for line in lines[4::4]]

name = "auto-" + run
arn = start(name)["AutoMLJobArn"]
assert arn.endswith("automl-job/" + name), arn
fails("ResourceInUse", "already exists", lambda **_: start(name))
job = wait(name)
assert job["AutoMLJobStatus"] == "Completed", job
assert job["AutoMLJobSecondaryStatus"] == "Completed"
resolved = job["ResolvedAttributes"]
problem = resolved["AutoMLProblemTypeResolvedAttributes"]["TabularResolvedAttributes"]["ProblemType"] if second else resolved["ProblemType"]
assert problem == "MulticlassClassification" and resolved["AutoMLJobObjective"]["MetricName"] == "Accuracy", resolved

candidates = sm.list_candidates_for_auto_ml_job(AutoMLJobName=name, SortBy="FinalObjectiveMetricValue", SortOrder="Descending")["Candidates"]
assert len(candidates) == 5, [c["CandidateName"] for c in candidates]
values = [c["FinalAutoMLJobObjectiveMetric"]["Value"] for c in candidates]
assert values == sorted(values, reverse=True) and values[0] > 0.95, values
best = job["BestCandidate"]
assert best["FinalAutoMLJobObjectiveMetric"] == {"Type": "Maximize", "MetricName": "Accuracy", "Value": values[0], **({"StandardMetricName": "Accuracy"} if "StandardMetricName" in best["FinalAutoMLJobObjectiveMetric"] else {})}
paged = sm.list_candidates_for_auto_ml_job(AutoMLJobName=name, MaxResults=2)
assert len(paged["Candidates"]) == 2 and paged["NextToken"]
one = sm.list_candidates_for_auto_ml_job(AutoMLJobName=name, CandidateNameEquals=candidates[-1]["CandidateName"])["Candidates"]
assert [c["CandidateName"] for c in one] == [candidates[-1]["CandidateName"]]
report = best["CandidateProperties"]["CandidateArtifactLocations"]["Explainability"]
board = json.loads(s3.get_object(Bucket=bucket, Key=report.split("/", 3)[3])["Body"].read())
assert board["importance"][0]["mean"] > 0 and {c["type"] for c in board["columns"]} == {"number", "category"}
assert name in [j["AutoMLJobName"] for j in sm.list_auto_ml_jobs(NameContains=run, StatusEquals="Completed")["AutoMLJobSummaries"]]
assert sm.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "flow", "Value": run}]

# The best candidate and the last behind two variants of an endpoint.
for kind, candidate in (("best", best), ("last", candidates[-1])):
    sm.create_model(ModelName=f"{kind}-{run}", ExecutionRoleArn=role, PrimaryContainer=candidate["InferenceContainers"][0])
sm.create_endpoint_config(EndpointConfigName="c-" + run, ProductionVariants=[
    {"VariantName": kind, "ModelName": f"{kind}-{run}", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1, "InitialVariantWeight": 1} for kind in ("best", "last")])
sm.create_endpoint(EndpointName="e-" + run, EndpointConfigName="c-" + run)
sm.get_waiter("endpoint_in_service").wait(EndpointName="e-" + run, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
for kind in ("best", "last"):
    reply = runtime.invoke_endpoint(EndpointName="e-" + run, TargetVariant=kind, ContentType="text/csv", Accept="application/json", Body="\n".join(rest for _, rest in held))
    predictions = [p["predicted_label"] for p in json.loads(reply["Body"].read())["predictions"]]
    right = sum(p == label for p, (label, _) in zip(predictions, held))
    assert right >= 0.9 * len(held), (kind, right, len(held))
sm.delete_endpoint(EndpointName="e-" + run)

# A job that is stopped, jobs that cannot be.
late = "late-" + run
BOUNDS = {"MaxCandidates": 500, "MaxAutoMLJobRuntimeInSeconds": 3600}
start(late, "MulticlassClassification", "Accuracy")
sm.stop_auto_ml_job(AutoMLJobName=late)
assert wait(late)["AutoMLJobStatus"] == "Stopped"
fails("ValidationException", "is in status Stopped", sm.stop_auto_ml_job, AutoMLJobName=late)
fails("ResourceNotFound", "Could not find AutoML job", sm.stop_auto_ml_job, AutoMLJobName="none")
fails("ValidationException", "set both of them or neither", lambda **_: start("x" + run, "Regression"))
fails("ValidationException", "not supported for Regression; MSE, RMSE, MAE, R2 are", lambda **_: start("x" + run, "Regression", "Accuracy"))
if second:
    fails("ValidationException", "AutoMLProblemTypeConfig.TextGenerationJobConfig is not supported here", sm.create_auto_ml_job_v2, AutoMLJobName="x" + run, RoleArn=role,
          AutoMLJobInputDataConfig=[{"ChannelType": "training", "DataSource": SOURCE}], OutputDataConfig=OUTPUT, AutoMLProblemTypeConfig={"TextGenerationJobConfig": {"BaseModelName": "any"}})
    # Text: the job alone says which column to read; what it learned is asked through the endpoint.
    kinds = {"sport": ["match", "team", "goal", "coach", "league"], "money": ["bank", "market", "shares", "profit", "interest"]}
    common = ["the", "new", "report", "says", "today", "about", "after", "week"]
    texts = [(kind, " ".join(common[(i + j) % 8] if j % 2 else words[(i * 3 + j) % 5] for j in range(7))) for i in range(60) for kind, words in kinds.items()]
    s3.put_object(Bucket=bucket, Key="texts/rows.csv", Body="id,news,kind\n" + "\n".join(f"{i},{text},{kind}" for i, (kind, text) in enumerate(texts)))
    sm.create_auto_ml_job_v2(AutoMLJobName="text-" + run, RoleArn=role, OutputDataConfig=OUTPUT, AutoMLJobObjective={"MetricName": "Accuracy"},
                             AutoMLJobInputDataConfig=[{"ChannelType": "training", "ContentType": "text/csv;header=present", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/texts/"}}}],
                             AutoMLProblemTypeConfig={"TextClassificationJobConfig": {"ContentColumn": "news", "TargetLabelColumn": "kind", "CompletionCriteria": {"MaxCandidates": 2}}})
    told = wait("text-" + run)
    assert told["AutoMLJobStatus"] == "Completed" and told["AutoMLProblemTypeConfigName"] == "TextClassification", told
    sm.create_model(ModelName="text-" + run, ExecutionRoleArn=role, PrimaryContainer=told["BestCandidate"]["InferenceContainers"][0])
    sm.create_endpoint_config(EndpointConfigName="t-" + run, ProductionVariants=[{"VariantName": "all", "ModelName": "text-" + run, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}])
    sm.create_endpoint(EndpointName="t-" + run, EndpointConfigName="t-" + run)
    sm.get_waiter("endpoint_in_service").wait(EndpointName="t-" + run, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    reply = runtime.invoke_endpoint(EndpointName="t-" + run, ContentType="text/csv", Accept="application/json", Body="The League: a goal for our team\nprofit of the bank")
    assert [p["predicted_label"] for p in json.loads(reply["Body"].read())["predictions"]] == ["sport", "money"]
    sm.delete_endpoint(EndpointName="t-" + run)
    first = "first-" + run
    BOUNDS = {"MaxCandidates": 2}
    second = False
    start(first, "MulticlassClassification", "Accuracy")
    assert wait(first)["BestCandidate"]["CandidateStatus"] == "Completed"
print("all flows held")
