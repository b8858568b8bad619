"""Pipelines through boto3: a definition of eight steps with a condition, really run; cache, callback, failure, retry, stop and errors."""
import csv
import json
import os
import time
import uuid

import boto3
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data", "datasets", "penguins.csv")
s3, sm = (boto3.client(name, endpoint_url=ENDPOINT) for name in ("s3", "sagemaker"))
run = uuid.uuid4().hex[:8]
bucket, role = "pipe-" + run, "arn:aws:iam::000000000000:role/any-role-at-all"
xgboost = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
CLUSTER = {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}}
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}


def fails(code, part, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = error.response["Error"]
        assert got["Code"] == code and part in got["Message"], got
        return
    raise AssertionError(f"{code} expected")


def get(path):
    return {"Get": path}


def processing(name, code, inputs, outputs, depends=(), files=(), **more):
    step = {"Name": name, "Type": "Processing", "DependsOn": list(depends), "Arguments": {
        "AppSpecification": {"ImageUri": "example.com/any:1", "ContainerEntrypoint": ["python3", f"/opt/ml/processing/code/{code}.py"], "ContainerArguments": ["/opt/ml/processing"]}, "ProcessingResources": CLUSTER, "RoleArn": role,
        "ProcessingInputs": [{"InputName": n, "S3Input": {"S3Uri": uri, "LocalPath": "/opt/ml/processing/" + n, "S3DataType": "S3Prefix", "S3InputMode": "File"}} for n, uri in {"code": f"s3://{bucket}/code/", **inputs}.items()],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": n, "S3Output": {"S3Uri": uri, "LocalPath": "/opt/ml/processing/" + n, "S3UploadMode": "EndOfJob"}} for n, uri in outputs.items()]}}, **more}
    if files:
        step["PropertyFiles"] = list(files)
    return step


SPLIT = """
import sys
base = sys.argv[1]
lines = open(base + '/raw/rows.csv').read().split()
for name, keep in (('train', lambda i: i % 4), ('held', lambda i: i % 4 == 0)):
    open(base + '/%s/rows.csv' % name, 'w').write('\\n'.join(l for i, l in enumerate(lines) if keep(i)))
open(base + '/batch/rows.csv', 'w').write('\\n'.join(l.split(',', 1)[1] for i, l in enumerate(lines) if i % 4 == 0))
"""
JUDGE = """
import json, sys
base = sys.argv[1]
held = [l.split(',')[0] for l in open(base + '/held/rows.csv').read().split()]
said = open(base + '/said/rows.csv.out').read().split()
right = sum(float(a) == float(b) for a, b in zip(held, said)) / len(held)
json.dump({'metrics': {'accuracy': {'value': right}}}, open(base + '/report/report.json', 'w'))
"""


def definition(prefix):
    place = {"Std:Join": {"On": "/", "Values": [f"s3://{bucket}/{prefix}", get("Execution.PipelineExecutionId")]}}
    split = processing("Split", "split", {"raw": get("Parameters.Raw")}, {n: f"s3://{bucket}/{prefix}/{n}" for n in ("train", "held", "batch")}, CacheConfig={"Enabled": True, "ExpireAfter": "P1D"})
    train = {"Name": "Train", "Type": "Training", "CacheConfig": {"Enabled": True, "ExpireAfter": "30d"}, "RetryPolicies": [{"ExceptionType": ["Step.SERVICE_FAULT"], "IntervalSeconds": 1, "MaxAttempts": 2}], "Arguments": {
        "AlgorithmSpecification": {"TrainingImage": xgboost, "TrainingInputMode": "File"}, "RoleArn": role, "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/models"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600}, "ResourceConfig": RESOURCES, "HyperParameters": {"objective": "multi:softmax", "num_class": "3", "num_round": get("Parameters.Rounds")},
        "InputDataConfig": [{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": get("Steps.Split.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri")}}}]}}
    model = {"Name": "Make", "Type": "Model", "Arguments": {"ExecutionRoleArn": role, "PrimaryContainer": {"Image": xgboost, "ModelDataUrl": get("Steps.Train.ModelArtifacts.S3ModelArtifacts")}}}
    predict = {"Name": "Predict", "Type": "Transform", "Arguments": {"ModelName": get("Steps.Make.ModelName"), "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
               "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": get("Steps.Split.ProcessingOutputConfig.Outputs['batch'].S3Output.S3Uri")}}, "ContentType": "text/csv", "SplitType": "Line"},
               "TransformOutput": {"S3OutputPath": place, "AssembleWith": "Line"}}}
    judge = processing("Judge", "judge", {"held": get("Steps.Split.ProcessingOutputConfig.Outputs['held'].S3Output.S3Uri"), "said": get("Steps.Predict.TransformOutput.S3OutputPath")},
                       {"report": {"Std:Join": {"On": "/", "Values": [place, "report"]}}}, files=[{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}])
    register = {"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "group-" + run, "ModelApprovalStatus": "PendingManualApproval", "InferenceSpecification": {
        "Containers": [{"Image": xgboost, "ModelDataUrl": get("Steps.Train.ModelArtifacts.S3ModelArtifacts")}], "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}}}
    poor = {"Name": "Poor", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ", "Values": ["accuracy below", get("Parameters.Least")]}}}}
    choose = {"Name": "GoodEnough", "Type": "Condition", "Arguments": {"Conditions": [{"Type": "GreaterThanOrEqualTo", "RightValue": get("Parameters.Least"), "LeftValue": {
        "Std:JsonGet": {"PropertyFile": get("Steps.Judge.PropertyFiles.Report"), "Path": "metrics.accuracy.value"}}}], "IfSteps": [register], "ElseSteps": [poor]}}
    return json.dumps({"Version": "2020-12-01", "Metadata": {}, "Parameters": [{"Name": "Raw", "Type": "String", "DefaultValue": f"s3://{bucket}/raw/"}, {"Name": "Rounds", "Type": "String", "DefaultValue": "30"},
                       {"Name": "Least", "Type": "Float", "DefaultValue": 0.9}], "Steps": [choose, judge, predict, model, train, split]})


def wait(arn):
    for _ in range(1200):
        execution = sm.describe_pipeline_execution(PipelineExecutionArn=arn)
        if execution["PipelineExecutionStatus"] not in ("Executing", "Stopping"):
            return execution
        time.sleep(0.3)
    raise AssertionError("the execution does not end: " + str(steps(arn)))


def steps(arn):
    return {s["StepName"]: s for s in sm.list_pipeline_execution_steps(PipelineExecutionArn=arn, SortOrder="Ascending")["PipelineExecutionSteps"]}


s3.create_bucket(Bucket=bucket)
species = {"Adelie": "0", "Chinstrap": "1", "Gentoo": "2"}
with open(DATA, encoding="utf-8") as file:
    rows = [[species[r[0]], *r[2:6]] for r in list(csv.reader(file))[1:] if all(r[2:6])]
s3.put_object(Bucket=bucket, Key="raw/rows.csv", Body="\n".join(",".join(r) for r in rows))
scripts = {"split": SPLIT, "judge": JUDGE, "slow": "import os, sys, time; time.sleep(0 if os.path.exists(sys.argv[1] + '/raw/go') else 300)", "last": "import sys; assert sys.argv[1] == 'yes', sys.argv"}
for script, text in scripts.items():
    s3.put_object(Bucket=bucket, Key=f"code/{script}.py", Body=text)
sm.create_model_package_group(ModelPackageGroupName="group-" + run)

name = "Pipe-" + run
arn = sm.create_pipeline(PipelineName=name, PipelineDefinition=definition("one"), ClientRequestToken="t" * 32, RoleArn=role, Tags=[{"Key": "flow", "Value": run}])["PipelineArn"]
assert sm.create_pipeline(PipelineName=name, PipelineDefinition=definition("one"), ClientRequestToken="t" * 32, RoleArn=role)["PipelineArn"] == arn
fails("ValidationException", "Pipeline names must be unique", sm.create_pipeline, PipelineName=name, PipelineDefinition=definition("one"), ClientRequestToken="u" * 32, RoleArn=role)
assert sm.describe_pipeline(PipelineName=name)["PipelineStatus"] == "Active" and sm.describe_pipeline(PipelineName=arn)["PipelineName"] == name

# Eight steps, of which the condition lets one of two run.
first = sm.start_pipeline_execution(PipelineName=name, PipelineExecutionDisplayName="first", ClientRequestToken="a" * 32)["PipelineExecutionArn"]
assert sm.start_pipeline_execution(PipelineName=name, ClientRequestToken="a" * 32)["PipelineExecutionArn"] == first
done = wait(first)
assert done["PipelineExecutionStatus"] == "Succeeded", (done, steps(first))
ran = steps(first)
assert list(ran) == ["Split", "Train", "Make", "Predict", "Judge", "GoodEnough", "Register"], list(ran)
assert ran["GoodEnough"]["Metadata"]["Condition"]["Outcome"] == "True" and all(s["StepStatus"] == "Succeeded" for s in ran.values())
package = sm.describe_model_package(ModelPackageName=ran["Register"]["Metadata"]["RegisterModel"]["Arn"])
training = sm.describe_training_job(TrainingJobName=ran["Train"]["Metadata"]["TrainingJob"]["Arn"].split("/")[-1])
assert package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == training["ModelArtifacts"]["S3ModelArtifacts"]
assert training["HyperParameters"]["num_round"] == "30" and training["TrainingJobName"].startswith("pipelines-" + first.split("/")[-1])
parameters = {p["Name"]: p["Value"] for p in sm.list_pipeline_parameters_for_execution(PipelineExecutionArn=first)["PipelineParameters"]}
assert parameters == {"Raw": f"s3://{bucket}/raw/", "Rounds": "30", "Least": "0.9"}, parameters
assert json.loads(sm.describe_pipeline_definition_for_execution(PipelineExecutionArn=first)["PipelineDefinition"])["Version"] == "2020-12-01"

# The same inputs: the cached steps are taken over; the other branch ends the execution with its message.
second = sm.start_pipeline_execution(PipelineName=name, PipelineParameters=[{"Name": "Least", "Value": "1.5"}])["PipelineExecutionArn"]
done = wait(second)
assert done["PipelineExecutionStatus"] == "Failed" and done["FailureReason"] == "accuracy below 1.5", done
ran = steps(second)
assert ran["Split"]["CacheHitResult"]["SourcePipelineExecutionArn"] == ran["Train"]["CacheHitResult"]["SourcePipelineExecutionArn"] == first
assert "CacheHitResult" not in ran["Judge"] and ran["GoodEnough"]["Metadata"]["Condition"]["Outcome"] == "False" and ran["Poor"]["StepStatus"] == "Failed" and "Register" not in ran
assert [e["PipelineExecutionArn"] for e in sm.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]] == [second, first]

# A callback, whose answer a later step reads; stopping and trying again.
slow = processing("Slow", "slow", {"raw": f"s3://{bucket}/signal/"}, {})
ask = {"Name": "Ask", "Type": "Callback", "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/q", "Arguments": {"what": "go on?"}, "OutputParameters": [{"OutputName": "word", "OutputType": "String"}]}
last = processing("Last", "last", {}, {}, depends=["Slow"])
last["Arguments"]["AppSpecification"]["ContainerArguments"] = [get("Steps.Ask.OutputParameters['word']")]
s3.put_object(Bucket=bucket, Key="signal/wait", Body=b"")
waiting = "Wait-" + run
sm.create_pipeline(PipelineName=waiting, PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": [ask, slow, last]}), ClientRequestToken="v" * 32, RoleArn=role, ParallelismConfiguration={"MaxParallelExecutionSteps": 2})
third = sm.start_pipeline_execution(PipelineName=waiting)["PipelineExecutionArn"]
for _ in range(300):
    ran = steps(third)
    if "Ask" in ran and ran.get("Slow", {}).get("Metadata", {}).get("ProcessingJob", {}).get("Arn"):
        break
    time.sleep(0.2)
token = ran["Ask"]["Metadata"]["Callback"]["CallbackToken"]
assert sm.send_pipeline_execution_step_success(CallbackToken=token, OutputParameters=[{"Name": "word", "Value": "yes"}])["PipelineExecutionArn"] == third
fails("ConflictException", "does not wait any more", sm.send_pipeline_execution_step_failure, CallbackToken=token)
fails("ConflictException", "executions under way", sm.delete_pipeline, PipelineName=waiting, ClientRequestToken="d" * 32)
sm.stop_pipeline_execution(PipelineExecutionArn=third, ClientRequestToken="s" * 32)
assert wait(third)["PipelineExecutionStatus"] == "Stopped" and steps(third)["Slow"]["StepStatus"] == "Stopped", steps(third)
s3.put_object(Bucket=bucket, Key="signal/go", Body=b"")
sm.retry_pipeline_execution(PipelineExecutionArn=third, ClientRequestToken="r" * 32)
done = wait(third)
assert done["PipelineExecutionStatus"] == "Succeeded", (done, steps(third))
ran = steps(third)
assert ran["Slow"]["AttemptCount"] == 2 and ran["Ask"]["AttemptCount"] == 1

# A search, whose best job a later step reads.
channel = {"ContentType": "text/csv", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/one/train"}}}
tune = {"Name": "Tune", "Type": "Tuning", "Arguments": {
    "HyperParameterTuningJobConfig": {"Strategy": "Random", "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:merror"},
                                      "ResourceLimits": {"MaxNumberOfTrainingJobs": get("Parameters.Jobs"), "MaxParallelTrainingJobs": 2}, "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.05", "MaxValue": "0.5"}]}},
    "TrainingJobDefinition": {"StaticHyperParameters": {"objective": "multi:softmax", "num_class": "3", "num_round": "8"}, "AlgorithmSpecification": {"TrainingImage": xgboost, "TrainingInputMode": "File"}, "RoleArn": role,
                              "InputDataConfig": [{"ChannelName": "train", **channel}, {"ChannelName": "validation", **channel}], "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/tuned"}, "ResourceConfig": RESOURCES, "StoppingCondition": {"MaxRuntimeInSeconds": 600}}}}
best = {"Name": "Best", "Type": "Model", "Arguments": {"ExecutionRoleArn": role, "PrimaryContainer": {"Image": xgboost, "ModelDataUrl": {"Std:Join": {"On": "/", "Values": [f"s3://{bucket}/tuned", get("Steps.Tune.BestTrainingJob.TrainingJobName"), "output/model.tar.gz"]}}}}}
searching = "Tune-" + run
sm.create_pipeline(PipelineName=searching, PipelineDefinition=json.dumps({"Version": "2020-12-01", "Parameters": [{"Name": "Jobs", "Type": "Integer", "DefaultValue": 3}], "Steps": [best, tune]}), ClientRequestToken="n" * 32, RoleArn=role)
fourth = sm.start_pipeline_execution(PipelineName=searching, PipelineParameters=[{"Name": "Jobs", "Value": "2"}])["PipelineExecutionArn"]
done = wait(fourth)
assert done["PipelineExecutionStatus"] == "Succeeded", (done, steps(fourth))
ran = steps(fourth)
search = sm.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=ran["Tune"]["Metadata"]["TuningJob"]["Arn"].split("/")[-1])
assert search["TrainingJobStatusCounters"]["Completed"] == 2, search
made = sm.describe_model(ModelName=ran["Best"]["Metadata"]["Model"]["Arn"].split("/")[-1])["PrimaryContainer"]["ModelDataUrl"]
assert "/" + search["BestTrainingJob"]["TrainingJobName"] + "/" in made, made

# What is wrong is said when it is created or started, all at once.
bad = json.dumps({"Version": "2020-12-01", "Steps": [{"Name": "A", "Type": "Lambda", "Arguments": {}}, {"Name": "B", "Type": "Fail", "Arguments": {"ErrorMessage": get("Parameters.None")}}]})
fails("ValidationException", "has the type 'Lambda'", sm.create_pipeline, PipelineName="x" + run, PipelineDefinition=bad, ClientRequestToken="w" * 32, RoleArn=role)
fails("ValidationException", "refers to the parameter 'None'", sm.create_pipeline, PipelineName="x" + run, PipelineDefinition=bad, ClientRequestToken="w" * 32, RoleArn=role)
fails("ValidationException", "which is no Float", sm.start_pipeline_execution, PipelineName=name, PipelineParameters=[{"Name": "Least", "Value": "much"}])
fails("ValidationException", "has no parameter 'Other'", sm.start_pipeline_execution, PipelineName=name, PipelineParameters=[{"Name": "Other", "Value": "1"}])
fails("ResourceNotFound", "does not exist", sm.start_pipeline_execution, PipelineName="none")
fails("ResourceNotFound", "does not exist", sm.describe_pipeline_execution, PipelineExecutionArn=arn + "/execution/abcdefghijkl")
fails("ValidationException", "can be retried", sm.retry_pipeline_execution, PipelineExecutionArn=first, ClientRequestToken="q" * 32)
sm.update_pipeline(PipelineName=name, PipelineDefinition=definition("two"), PipelineDescription="changed")
assert sm.describe_pipeline(PipelineName=name)["PipelineDescription"] == "changed" and "/two/" in sm.describe_pipeline(PipelineName=name)["PipelineDefinition"]
assert [p["PipelineName"] for p in sm.list_pipelines(PipelineNamePrefix="Wait-" + run)["PipelineSummaries"]] == [waiting]
sm.delete_pipeline(PipelineName=waiting, ClientRequestToken="d" * 32)
fails("ResourceNotFound", "does not exist", sm.describe_pipeline, PipelineName=waiting)
print("all flows held")
