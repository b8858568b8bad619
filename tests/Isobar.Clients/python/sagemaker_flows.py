"""Training, tuning, processing, registry, hosting, batch transform and errors of SageMaker through boto3, with its own waiters."""
import csv
import gzip
import io
import os
import tarfile
import time
import uuid

import boto3
from botocore.exceptions import ClientError, WaiterError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data", "datasets", "penguins.csv")
s3, sm, runtime = (boto3.client(name, endpoint_url=ENDPOINT) for name in ("s3", "sagemaker", "sagemaker-runtime"))
run = uuid.uuid4().hex[:8]
bucket, role = "sm-" + run, "arn:aws:iam::000000000000:role/any"
xgboost = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
QUICK = {"Delay": 1, "MaxAttempts": 120}


def fails(code, part, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = error.response["Error"]
        assert got["Code"] == code and part in got["Message"], got
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400 and error.response["ResponseMetadata"]["RequestId"]
        return
    raise AssertionError(f"{code} expected")


def channel(name, prefix):
    return {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{prefix}"}}}


COMMON = {"RoleArn": role, "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/out"}, "StoppingCondition": {"MaxRuntimeInSeconds": 600},
          "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}}
FILE = {"TrainingInputMode": "File"}


def train(name, parameters, image=xgboost, wait=True, channels=("train", "validation"), **more):
    sm.create_training_job(TrainingJobName=name, AlgorithmSpecification={**FILE, "TrainingImage": image, **more}, HyperParameters=parameters,
                           InputDataConfig=[channel(c, c + "/") for c in channels], Tags=[{"Key": "flow", "Value": run}], **COMMON)
    if wait:
        sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name, WaiterConfig=QUICK)
    return sm.describe_training_job(TrainingJobName=name)


def upload():
    s3.create_bucket(Bucket=bucket)
    species = {"Adelie": "0", "Chinstrap": "1", "Gentoo": "2"}
    with open(DATA, encoding="utf-8") as file:
        rows = [[species[r[0]], *r[2:6]] for r in list(csv.reader(file))[1:] if all(r[2:6])]
    lines = [",".join(r) for r in rows]
    held = [line for i, line in enumerate(lines) if i % 4 == 0]
    s3.put_object(Bucket=bucket, Key="train/a.csv", Body="\n".join(line for i, line in enumerate(lines) if i % 4))
    s3.put_object(Bucket=bucket, Key="validation/a.csv", Body="\n".join(held))
    s3.put_object(Bucket=bucket, Key="batch/rows.csv", Body="\n".join(line.split(",", 1)[1] for line in held))
    return held


def training():
    name = "train-" + run
    job = train(name, {"objective": "multi:softmax", "num_class": "3", "num_round": "40"})
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert [t["Status"] for t in job["SecondaryStatusTransitions"]] == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    metrics = {m["MetricName"]: m["Value"] for m in job["FinalMetricDataList"]}
    assert metrics["validation:merror"] <= 0.03, metrics
    place = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert place == f"s3://{bucket}/out/{name}/output/model.tar.gz"
    body = s3.get_object(Bucket=bucket, Key=f"out/{name}/output/model.tar.gz")["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        assert "model.onnx" in [os.path.basename(n) for n in archive.getnames()]
    assert sm.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] == [{"Key": "flow", "Value": run}]
    fails("ResourceInUse", "already exists (" + job["TrainingJobArn"], sm.create_training_job, TrainingJobName=name, AlgorithmSpecification={**FILE, "TrainingImage": xgboost},
          InputDataConfig=[channel("train", "train/")], **COMMON)
    fails("ValidationException", "is in status Completed", sm.stop_training_job, TrainingJobName=name)
    fails("ValidationException", "No S3 objects found under S3 URL", sm.create_training_job, TrainingJobName="x" + run, AlgorithmSpecification={**FILE, "TrainingImage": xgboost},
          InputDataConfig=[channel("train", "nothing/")], **COMMON)
    fails("ValidationException", "Requested resource not found", sm.describe_training_job, TrainingJobName="none")
    fails("UnknownOperationException", "ListDomains", sm.list_domains)
    return place


def every_algorithm():
    images = "382416733822.dkr.ecr.us-east-1.amazonaws.com/"
    jobs = {
        "linear-learner": {"predictor_type": "multiclass_classifier", "num_classes": "3", "feature_dim": "4", "mini_batch_size": "50"},
        "kmeans": {"k": "3", "feature_dim": "4"},
        "pca": {"num_components": "2", "feature_dim": "4", "mini_batch_size": "50"},
        "knn": {"k": "5", "sample_size": "200", "predictor_type": "classifier", "feature_dim": "4"},
        "randomcutforest": {"feature_dim": "4"},
    }
    labelled = {"linear-learner", "knn"}
    for name, parameters in jobs.items():
        job_name = f"{name}-{run}"
        prefix = "train/" if name in labelled else "batch/"
        rows = channel("train", prefix)
        if name == "randomcutforest":
            rows["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
        if name not in labelled:
            rows["ContentType"] = "text/csv;label_size=0"
        sm.create_training_job(TrainingJobName=job_name, AlgorithmSpecification={**FILE, "TrainingImage": f"{images}{name}:1"}, HyperParameters=parameters, InputDataConfig=[rows], **COMMON)
        try:
            sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job_name, WaiterConfig=QUICK)
        except WaiterError as error:
            raise AssertionError(f"{name}: " + sm.describe_training_job(TrainingJobName=job_name)["FailureReason"]) from error
        s3.head_object(Bucket=bucket, Key=f"out/{job_name}/output/model.tar.gz")


def scripts():
    source = ("import argparse, os, time\np = argparse.ArgumentParser()\np.add_argument('--rate', type=float)\np.add_argument('--mode')\na = p.parse_args()\n"
              "print('loss=%f' % a.rate)\nopen(os.path.join(os.environ['SM_MODEL_DIR'], 'weights.txt'), 'w').write(str(os.listdir(os.environ['SM_CHANNEL_TRAIN'])))\n"
              "time.sleep(300 if a.mode == 'slow' else 0)\nassert a.mode != 'bad'\n").encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("train.py")
        entry.size = len(source)
        archive.addfile(entry, io.BytesIO(source))
    s3.put_object(Bucket=bucket, Key="source/code.tar.gz", Body=packed.getvalue())
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1"

    def script(mode, wait):
        parameters = {"sagemaker_program": '"train.py"', "sagemaker_submit_directory": f'"s3://{bucket}/source/code.tar.gz"', "rate": "0.5", "mode": f'"{mode}"'}
        return train(f"script-{mode}-{run}", parameters, image, wait, ("train",), MetricDefinitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}])

    assert script("good", True)["FinalMetricDataList"][0]["Value"] == 0.5
    slow = script("slow", False)["TrainingJobName"]
    sm.stop_training_job(TrainingJobName=slow)
    sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=slow, WaiterConfig=QUICK)
    assert sm.describe_training_job(TrainingJobName=slow)["TrainingJobStatus"] == "Stopped"
    bad = script("bad", False)["TrainingJobName"]
    try:
        sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=bad, WaiterConfig=QUICK)
        raise AssertionError("a failed job must fail the waiter")
    except WaiterError:
        assert sm.describe_training_job(TrainingJobName=bad)["FailureReason"].startswith("AlgorithmError: ")
    # The user's own container: its entry point runs, its image does not.
    own = {**FILE, "TrainingImage": "example.com/own:1", "ContainerEntrypoint": ["python3", "-c"], "ContainerArguments": ["open('/opt/ml/model/x','w').write('1')"]}
    fails("ValidationException", "No algorithm is known for the image", sm.create_training_job, TrainingJobName="y" + run, AlgorithmSpecification={**FILE, "TrainingImage": "example.com/own:1"},
          InputDataConfig=[channel("train", "train/")], **COMMON)
    if "ContainerEntrypoint" in sm.meta.service_model.shape_for("AlgorithmSpecification").members:
        sm.create_training_job(TrainingJobName="own-" + run, AlgorithmSpecification=own, InputDataConfig=[channel("train", "train/")], **COMMON)
        sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="own-" + run, WaiterConfig=QUICK)


def packed_channels(held):
    s3.put_object(Bucket=bucket, Key="packed/part.csv.gz", Body=gzip.compress("\n".join(held).encode()))
    sm.create_training_job(TrainingJobName="packed-" + run, AlgorithmSpecification={**FILE, "TrainingImage": xgboost}, HyperParameters={"num_round": "3"},
                           InputDataConfig=[{**channel("train", "packed/"), "CompressionType": "Gzip"}], **COMMON)
    sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="packed-" + run, WaiterConfig=QUICK)


def registry(place):
    group, name = "group-" + run, "model-" + run
    sm.create_model_package_group(ModelPackageGroupName=group)
    package = sm.create_model_package(ModelPackageGroupName=group, ModelApprovalStatus="PendingManualApproval", InferenceSpecification={
        "Containers": [{"Image": xgboost, "ModelDataUrl": place}], "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]})["ModelPackageArn"]
    assert package.endswith(f"model-package/{group}/1")
    early = {"VariantName": "one", "ModelName": "early-" + run, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sm.create_model(ModelName="early-" + run, PrimaryContainer={"ModelPackageName": package}, ExecutionRoleArn=role)
    sm.create_endpoint_config(EndpointConfigName="early-" + run, ProductionVariants=[early])
    fails("ValidationException", "must be Approved", sm.create_endpoint, EndpointName="early-" + run, EndpointConfigName="early-" + run)
    sm.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    found = sm.list_model_packages(ModelPackageGroupName=group, ModelApprovalStatus="Approved")["ModelPackageSummaryList"]
    assert [p["ModelPackageArn"] for p in found] == [package]
    sm.create_model(ModelName=name, PrimaryContainer={"ModelPackageName": package}, ExecutionRoleArn=role)
    fails("ValidationException", "Cannot create already existing model", sm.create_model, ModelName=name, PrimaryContainer={"ModelPackageName": package}, ExecutionRoleArn=role)
    return name


def told(group, enough):
    """Whether a log group soon holds enough: lines are written behind the answers that they tell of."""
    logs = boto3.client("logs", endpoint_url=ENDPOINT)
    for _ in range(100):
        try:
            lines = [e["message"] for e in logs.filter_log_events(logGroupName=group)["events"]]
            if lines and enough(lines):
                return True
        except logs.exceptions.ResourceNotFoundException:
            pass
        time.sleep(0.1)
    return False


def hosting(model, held):
    config, endpoint = "config-" + run, "endpoint-" + run
    variant = {"VariantName": "one", "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    fails("ValidationException", "Could not find model", sm.create_endpoint_config, EndpointConfigName=config, ProductionVariants=[{**variant, "ModelName": "none"}])
    sm.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
    fails("ValidationException", "Could not find endpoint configuration", sm.create_endpoint, EndpointName=endpoint, EndpointConfigName="none")
    arn = sm.create_endpoint(EndpointName=endpoint, EndpointConfigName=config)["EndpointArn"]
    sm.get_waiter("endpoint_in_service").wait(EndpointName=endpoint, WaiterConfig=QUICK)
    shown = sm.describe_endpoint(EndpointName=endpoint)
    assert shown["EndpointArn"] == arn and shown["ProductionVariants"][0]["CurrentInstanceCount"] == 1
    right = 0
    for line in held:
        truth, row = line.split(",", 1)
        reply = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body=row)
        right += float(reply["Body"].read()) == float(truth)
        assert reply["InvokedProductionVariant"] == "one"
    assert right / len(held) >= 0.97, f"{right} of {len(held)}"
    try:
        runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body="words")
        raise AssertionError("words are no numbers")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ModelError"
    assert told("/aws/sagemaker/Endpoints/" + endpoint, lambda lines: lines[0].startswith("Serving model.onnx") and any("was not answered" in line for line in lines))
    sm.create_endpoint_config(EndpointConfigName=config + "-2", ProductionVariants=[variant, {**variant, "VariantName": "two", "InitialVariantWeight": 3}])
    sm.update_endpoint(EndpointName=endpoint, EndpointConfigName=config + "-2")
    sm.get_waiter("endpoint_in_service").wait(EndpointName=endpoint, WaiterConfig=QUICK)
    sm.update_endpoint_weights_and_capacities(EndpointName=endpoint, DesiredWeightsAndCapacities=[{"VariantName": "one", "DesiredWeight": 0}])
    sm.get_waiter("endpoint_in_service").wait(EndpointName=endpoint, WaiterConfig=QUICK)
    answered = {runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body=held[0].split(",", 1)[1])["InvokedProductionVariant"] for _ in range(20)}
    assert answered == {"two"}, answered
    sm.delete_endpoint(EndpointName=endpoint)
    sm.get_waiter("endpoint_deleted").wait(EndpointName=endpoint, WaiterConfig=QUICK)
    fails("ValidationException", "Could not find endpoint", sm.describe_endpoint, EndpointName=endpoint)
    s3.put_object(Bucket=bucket, Key="broken.tar.gz", Body=b"not an archive")
    sm.create_model(ModelName="broken-" + run, PrimaryContainer={"Image": xgboost, "ModelDataUrl": f"s3://{bucket}/broken.tar.gz"}, ExecutionRoleArn=role)
    sm.create_endpoint_config(EndpointConfigName="broken-" + run, ProductionVariants=[{**variant, "ModelName": "broken-" + run}])
    sm.create_endpoint(EndpointName="broken-" + run, EndpointConfigName="broken-" + run)
    try:
        sm.get_waiter("endpoint_in_service").wait(EndpointName="broken-" + run, WaiterConfig=QUICK)
        raise AssertionError("a broken artifact must fail the deployment")
    except WaiterError:
        assert "broken.tar.gz" in sm.describe_endpoint(EndpointName="broken-" + run)["FailureReason"]
    sm.delete_endpoint(EndpointName="broken-" + run)


def transform(model, held):
    name = "transform-" + run
    sm.create_transform_job(TransformJobName=name, ModelName=model, TransformInput={"ContentType": "text/csv", "SplitType": "Line", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/batch/"}}},
                            TransformOutput={"S3OutputPath": f"s3://{bucket}/scored", "AssembleWith": "Line"}, TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1})
    sm.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName=name, WaiterConfig=QUICK)
    scored = s3.get_object(Bucket=bucket, Key="scored/rows.csv.out")["Body"].read().decode().split()
    assert len(scored) == len(held)
    assert sum(float(a) == float(h.split(",")[0]) for a, h in zip(scored, held)) / len(held) >= 0.97
    fails("ValidationException", "is in status Completed", sm.stop_transform_job, TransformJobName=name)


def processing():
    name = "process-" + run
    code = "import shutil; shutil.copy('/opt/ml/processing/input/a.csv', '/opt/ml/processing/output/copy.csv')"
    sm.create_processing_job(ProcessingJobName=name, RoleArn=role, AppSpecification={"ImageUri": "example.com/any:1", "ContainerEntrypoint": ["python3", "-c", code]},
                             ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}},
                             ProcessingInputs=[{"InputName": "in", "S3Input": {"S3Uri": f"s3://{bucket}/train/", "LocalPath": "/opt/ml/processing/input", "S3DataType": "S3Prefix", "S3InputMode": "File"}}],
                             ProcessingOutputConfig={"Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": f"s3://{bucket}/processed", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}}]})
    sm.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName=name, WaiterConfig=QUICK)
    s3.head_object(Bucket=bucket, Key="processed/copy.csv")


def tuning():
    name = "tune-" + run
    sm.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, HyperParameterTuningJobConfig={
        "Strategy": "Bayesian", "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:mlogloss"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "2", "MaxValue": "8"}], "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.05", "MaxValue": "0.5"}]}},
        TrainingJobDefinition={"AlgorithmSpecification": {**FILE, "TrainingImage": xgboost}, "StaticHyperParameters": {"objective": "multi:softprob", "num_class": "3", "num_round": "20"},
                               "InputDataConfig": [channel("train", "train/"), channel("validation", "validation/")], **COMMON})
    for _ in range(120):
        job = sm.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        if job["HyperParameterTuningJobStatus"] != "InProgress":
            break
        time.sleep(1)
    assert job["HyperParameterTuningJobStatus"] == "Completed" and job["TrainingJobStatusCounters"]["Completed"] == 4, job
    trials = sm.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, SortBy="FinalObjectiveMetricValue", SortOrder="Ascending")["TrainingJobSummaries"]
    values = [t["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for t in trials]
    assert values == sorted(values) and job["BestTrainingJob"]["TrainingJobName"] == trials[0]["TrainingJobName"]


def strategies():
    """The other ways to search, and stopping."""
    def order(name, strategy, jobs, ranges, parallel=2, rounds="10"):
        sm.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, HyperParameterTuningJobConfig={
            "Strategy": strategy, "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:mlogloss"},
            **({"StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}}} if strategy == "Hyperband" else {}),
            "ResourceLimits": {**({} if strategy == "Grid" else {"MaxNumberOfTrainingJobs": jobs}), "MaxParallelTrainingJobs": parallel}, "ParameterRanges": ranges},
            TrainingJobDefinition={"AlgorithmSpecification": {**FILE, "TrainingImage": xgboost}, "StaticHyperParameters": {"objective": "multi:softprob", "num_class": "3", "num_round": rounds},
                                   "InputDataConfig": [channel("train", "train/"), channel("validation", "validation/")], **COMMON})

    def ended(name):
        for _ in range(240):
            job = sm.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
            if job["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
                return job
            time.sleep(0.5)
        raise AssertionError(job)

    numbers = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.05", "MaxValue": "0.5", "ScalingType": "Logarithmic"}]}
    order("rnd-" + run, "Random", 3, numbers)
    assert ended("rnd-" + run)["TrainingJobStatusCounters"]["Completed"] == 3
    known = sm.meta.service_model.shape_for("HyperParameterTuningJobStrategyType").enum
    if "Grid" in known:
        order("grid-" + run, "Grid", 4, {"CategoricalParameterRanges": [{"Name": "tree_method", "Values": ["hist", "exact"]}, {"Name": "grow_policy", "Values": ["depthwise", "lossguide"]}]})
        assert ended("grid-" + run)["TrainingJobStatusCounters"]["Completed"] == 4
        jobs = sm.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName="grid-" + run)["TrainingJobSummaries"]
        tried = {(j["TunedHyperParameters"]["tree_method"], j["TunedHyperParameters"]["grow_policy"]) for j in jobs}
        assert len(tried) == 4, tried
    if "Hyperband" in known:
        order("hyper-" + run, "Hyperband", 4, numbers)
        assert ended("hyper-" + run)["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] > 0
    order("stop-" + run, "Random", 50, numbers, parallel=1, rounds="300")
    sm.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stop-" + run)
    stopped = ended("stop-" + run)
    assert stopped["HyperParameterTuningJobStatus"] == "Stopped" and sum(stopped["TrainingJobStatusCounters"].values()) < 50
    fails("ValidationException", "Stopped", sm.stop_hyper_parameter_tuning_job, HyperParameterTuningJobName="stop-" + run)


def stopping(model):
    """A stop in each state: while it waits, while it runs, when it is over; and jobs whose time is up."""
    slow = {**FILE, "TrainingImage": "example.com/own:1", "ContainerEntrypoint": ["python3", "-c", "import time; time.sleep(600)"]}
    if "ContainerEntrypoint" in sm.meta.service_model.shape_for("AlgorithmSpecification").members:
        names = [f"wait-{i}-{run}" for i in range(8)]
        for name in names:
            sm.create_training_job(TrainingJobName=name, AlgorithmSpecification=slow, InputDataConfig=[channel("train", "train/")], **COMMON)
        for name in reversed(names):
            sm.stop_training_job(TrainingJobName=name)
        for name in names:
            sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name, WaiterConfig=QUICK)
            job = sm.describe_training_job(TrainingJobName=name)
            assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped"), job
        timed = {**COMMON, "StoppingCondition": {"MaxRuntimeInSeconds": 1}}
        sm.create_training_job(TrainingJobName="timed-" + run, AlgorithmSpecification=slow, InputDataConfig=[channel("train", "train/")], **timed)
        sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="timed-" + run, WaiterConfig=QUICK)
        assert sm.describe_training_job(TrainingJobName="timed-" + run)["SecondaryStatus"] == "MaxRuntimeExceeded"
    code = "import time; time.sleep(600)"
    sm.create_processing_job(ProcessingJobName="stop-" + run, RoleArn=role, AppSpecification={"ImageUri": "example.com/any:1", "ContainerEntrypoint": ["python3", "-c", code]},
                             ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}})
    sm.stop_processing_job(ProcessingJobName="stop-" + run)
    sm.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName="stop-" + run, WaiterConfig=QUICK)
    assert sm.describe_processing_job(ProcessingJobName="stop-" + run)["ProcessingJobStatus"] == "Stopped"
    s3.put_object(Bucket=bucket, Key="long/rows.csv", Body="39.1,18.7,181,3750\n" * 400_000)
    sm.create_transform_job(TransformJobName="stop-" + run, ModelName=model, TransformInput={"ContentType": "text/csv", "SplitType": "Line", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/long/"}}},
                            TransformOutput={"S3OutputPath": f"s3://{bucket}/stopped", "AssembleWith": "Line"}, TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1})
    sm.stop_transform_job(TransformJobName="stop-" + run)
    sm.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName="stop-" + run, WaiterConfig=QUICK)
    assert sm.describe_transform_job(TransformJobName="stop-" + run)["TransformJobStatus"] == "Stopped"


def joined(model, held):
    """Input and output filters, and the join of both."""
    name = "join-" + run
    s3.put_object(Bucket=bucket, Key="with-id/rows.csv", Body="\n".join(f"id{i},{h.split(',', 1)[1]}" for i, h in enumerate(held)))
    sm.create_transform_job(TransformJobName=name, ModelName=model, BatchStrategy="MultiRecord", TransformInput={"ContentType": "text/csv", "SplitType": "Line", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/with-id/"}}},
                            DataProcessing={"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"},
                            TransformOutput={"S3OutputPath": f"s3://{bucket}/joined", "AssembleWith": "Line", "Accept": "text/csv"}, TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1})
    sm.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName=name, WaiterConfig=QUICK)
    rows = [r.split(",") for r in s3.get_object(Bucket=bucket, Key="joined/rows.csv.out")["Body"].read().decode().split()]
    assert [r[0] for r in rows] == [f"id{i}" for i in range(len(held))] and all(len(r) == 2 for r in rows), rows[:3]
    assert sum(float(r[1]) == float(h.split(",")[0]) for r, h in zip(rows, held)) / len(held) >= 0.97


def spot():
    """A job on spot capacity says what it saved."""
    more = {**COMMON, "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 1200}}
    sm.create_training_job(TrainingJobName="spot-" + run, AlgorithmSpecification={**FILE, "TrainingImage": xgboost}, HyperParameters={"objective": "multi:softmax", "num_class": "3", "num_round": "10"},
                           InputDataConfig=[channel("train", "train/")], EnableManagedSpotTraining=True, CheckpointConfig={"S3Uri": f"s3://{bucket}/checkpoints/"}, **more)
    sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="spot-" + run, WaiterConfig=QUICK)
    job = sm.describe_training_job(TrainingJobName="spot-" + run)
    assert job["TrainingJobStatus"] == "Completed" and job["EnableManagedSpotTraining"] and job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"], job
    fails("ValidationException", "MaxWaitTimeInSeconds", sm.create_training_job, TrainingJobName="spot2-" + run, AlgorithmSpecification={**FILE, "TrainingImage": xgboost}, HyperParameters={"num_round": "1"},
          InputDataConfig=[channel("train", "train/")], EnableManagedSpotTraining=True, **{**COMMON, "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 60}})


def experiments():
    sm.create_experiment(ExperimentName="exp-" + run)
    sm.create_trial(TrialName="trial-" + run, ExperimentName="exp-" + run)
    sm.create_trial_component(TrialComponentName="part-" + run, Parameters={"rate": {"NumberValue": 0.5}})
    sm.associate_trial_component(TrialName="trial-" + run, TrialComponentName="part-" + run)
    part = sm.list_trial_components(ExperimentName="exp-" + run)["TrialComponentSummaries"][0]
    assert part["TrialComponentName"] == "part-" + run
    if "sagemaker-metrics" not in boto3.session.Session().get_available_services():
        return  # Older than that service.
    metrics = boto3.client("sagemaker-metrics", endpoint_url=ENDPOINT)
    for step in range(3):
        metrics.batch_put_metrics(TrialComponentName="part-" + run, MetricData=[{"MetricName": "loss", "Timestamp": int(time.time()), "Step": step, "Value": float(step)}])
    part = sm.describe_trial_component(TrialComponentName="part-" + run)
    assert (part["Metrics"][0]["Count"], part["Metrics"][0]["Avg"], part["Metrics"][0]["Max"]) == (3, 1.0, 2.0)


held_out = upload()
artifact = training()
every_algorithm()
scripts()
packed_channels(held_out)
hosted = registry(artifact)
hosting(hosted, held_out)
transform(hosted, held_out)
processing()
joined(hosted, held_out)
tuning()
strategies()
stopping(hosted)
spot()
experiments()
print("all flows held")
