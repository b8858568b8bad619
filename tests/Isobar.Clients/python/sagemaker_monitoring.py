"""Model Monitor through boto3: a baseline, captured traffic that has drifted, and a schedule that finds it."""
import csv
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
bucket, role = "mon-" + run, "arn:aws:iam::000000000000:role/any"
xgboost = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
analyzer = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
QUICK = {"Delay": 1, "MaxAttempts": 120}
COLUMNS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def prepare():
    s3.create_bucket(Bucket=bucket)
    species = {"Adelie": "0", "Chinstrap": "1", "Gentoo": "2"}
    with open(DATA, encoding="utf-8") as file:
        rows = [[species[r[0]], *r[2:6]] for r in list(csv.reader(file))[1:] if all(r[2:6])]
    s3.put_object(Bucket=bucket, Key="train/a.csv", Body="\n".join(",".join(r) for r in rows))
    s3.put_object(Bucket=bucket, Key="baseline/data.csv", Body="\n".join([",".join(COLUMNS)] + [",".join(r[1:]) for r in rows]))
    sm.create_training_job(TrainingJobName="mon-" + run, AlgorithmSpecification={"TrainingImage": xgboost, "TrainingInputMode": "File"}, RoleArn=role,
                           HyperParameters={"objective": "multi:softmax", "num_class": "3", "num_round": "20"}, OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"},
                           InputDataConfig=[{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/train/"}}}],
                           ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}, StoppingCondition={"MaxRuntimeInSeconds": 600})
    sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="mon-" + run, WaiterConfig=QUICK)
    return rows


def baseline():
    name = "baseline-" + run
    sm.create_processing_job(ProcessingJobName=name, RoleArn=role, AppSpecification={"ImageUri": analyzer},
                             Environment={"dataset_format": '{"csv": {"header": true}}', "dataset_source": "/opt/ml/processing/input/baseline_dataset_input",
                                          "output_path": "/opt/ml/processing/output", "publish_cloudwatch_metrics": "Disabled"},
                             ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}},
                             ProcessingInputs=[{"InputName": "data", "S3Input": {"S3Uri": f"s3://{bucket}/baseline/", "LocalPath": "/opt/ml/processing/input/baseline_dataset_input", "S3DataType": "S3Prefix", "S3InputMode": "File"}}],
                             ProcessingOutputConfig={"Outputs": [{"OutputName": "o", "S3Output": {"S3Uri": f"s3://{bucket}/facts", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}}]})
    sm.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName=name, WaiterConfig=QUICK)
    constraints = json.load(s3.get_object(Bucket=bucket, Key="facts/constraints.json")["Body"])
    assert [f["name"] for f in constraints["features"]] == COLUMNS, constraints
    json.load(s3.get_object(Bucket=bucket, Key="facts/statistics.json")["Body"])


def traffic(rows):
    name = "mon-" + run
    sm.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": xgboost, "ModelDataUrl": f"s3://{bucket}/out/{name}/output/model.tar.gz"})
    sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}],
                              DataCaptureConfig={"EnableCapture": True, "InitialSamplingPercentage": 100, "DestinationS3Uri": f"s3://{bucket}/capture",
                                                 "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}], "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]}})
    sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sm.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=QUICK)
    for row in rows[:150]:
        runtime.invoke_endpoint(EndpointName=name, ContentType="text/csv", Body=",".join([row[1], row[2], row[3], str(float(row[4]) * 3)]))
    for _ in range(60):
        captured = s3.list_objects_v2(Bucket=bucket, Prefix=f"capture/{name}/v/").get("Contents", [])
        if sum(s3.get_object(Bucket=bucket, Key=c["Key"])["Body"].read().count(b"\n") for c in captured) >= 150:
            return name
        time.sleep(1)
    raise AssertionError("the traffic was not captured")


def watch(endpoint):
    name = "watch-" + run
    sm.create_data_quality_job_definition(
        JobDefinitionName=name, RoleArn=role, DataQualityAppSpecification={"ImageUri": analyzer},
        DataQualityBaselineConfig={"ConstraintsResource": {"S3Uri": f"s3://{bucket}/facts/constraints.json"}, "StatisticsResource": {"S3Uri": f"s3://{bucket}/facts/statistics.json"}},
        DataQualityJobInput={"EndpointInput": {"EndpointName": endpoint, "LocalPath": "/opt/ml/processing/input/endpoint"}},
        DataQualityJobOutputConfig={"MonitoringOutputs": [{"S3Output": {"S3Uri": f"s3://{bucket}/reports", "LocalPath": "/opt/ml/processing/output"}}]},
        JobResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}})
    assert [d["MonitoringJobDefinitionName"] for d in sm.list_data_quality_job_definitions(EndpointName=endpoint)["JobDefinitionSummaries"]] == [name]
    config = {"MonitoringJobDefinitionName": name, "MonitoringType": "DataQuality"}
    once = "NOW" if "DataAnalysisStartTime" in sm.meta.service_model.shape_for("ScheduleConfig").members else None
    if once is None:
        return  # Older than schedules that run once.
    sm.create_monitoring_schedule(MonitoringScheduleName=name, MonitoringScheduleConfig={**config, "ScheduleConfig": {"ScheduleExpression": "NOW", "DataAnalysisStartTime": "-PT2H", "DataAnalysisEndTime": "PT0H"}})
    for _ in range(60):
        runs = sm.list_monitoring_executions(MonitoringScheduleName=name)["MonitoringExecutionSummaries"]
        if runs and runs[0]["MonitoringExecutionStatus"] not in ("Pending", "InProgress"):
            break
        time.sleep(1)
    assert runs[0]["MonitoringExecutionStatus"] == "CompletedWithViolations", runs
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="reports/")["Contents"]]
    report = next(k for k in keys if k.endswith("constraint_violations.json"))
    found = json.load(s3.get_object(Bucket=bucket, Key=report)["Body"])["violations"]
    assert any(v["constraint_check_type"] == "baseline_drift_check" for v in found), found
    shown = sm.describe_monitoring_schedule(MonitoringScheduleName=name)
    assert shown["EndpointName"] == endpoint and shown["LastMonitoringExecutionSummary"]["MonitoringExecutionStatus"] == "CompletedWithViolations"
    sm.delete_monitoring_schedule(MonitoringScheduleName=name)
    hourly = {**config, "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"}}
    sm.create_monitoring_schedule(MonitoringScheduleName=name, MonitoringScheduleConfig=hourly)
    assert sm.describe_monitoring_schedule(MonitoringScheduleName=name)["MonitoringScheduleStatus"] == "Scheduled"
    sm.stop_monitoring_schedule(MonitoringScheduleName=name)
    assert sm.list_monitoring_schedules(EndpointName=endpoint)["MonitoringScheduleSummaries"][0]["MonitoringScheduleStatus"] == "Stopped"
    sm.start_monitoring_schedule(MonitoringScheduleName=name)
    sm.delete_monitoring_schedule(MonitoringScheduleName=name)
    try:
        sm.describe_monitoring_schedule(MonitoringScheduleName=name)
        raise AssertionError("a deleted schedule must be gone")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFound"


data = prepare()
baseline()
watched = traffic(data)
watch(watched)
sm.delete_endpoint(EndpointName=watched)
print("all flows held")
