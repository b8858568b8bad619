#!/usr/bin/env python3
"""Trains SageMaker's XGBoost on the Palmer penguins, deploys it, and predicts birds that it has not seen.

The code is what runs on AWS; only the endpoint of the environment differs:

    isobar up
    eval "$(isobar env)"
    python3 examples/sagemaker_xgboost.py

Needs boto3.
"""
import csv
import io
import os
import pathlib
import time

import boto3

REGION = os.environ.get("AWS_REGION", "us-east-1")
# boto3 reads AWS_ENDPOINT_URL by itself since 1.28; naming it keeps older ones working.
SERVICE = {"region_name": REGION, "endpoint_url": os.environ.get("AWS_ENDPOINT_URL")}
IMAGE = f"683313688378.dkr.ecr.{REGION}.amazonaws.com/sagemaker-xgboost:1.7-1"
MEASURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
SPECIES = ["Adelie", "Chinstrap", "Gentoo"]
NAME = f"penguins-{int(time.time())}"
BUCKET = f"isobar-example-{int(time.time())}"

s3, iam = boto3.client("s3", **SERVICE), boto3.client("iam", **SERVICE)
sagemaker, runtime = boto3.client("sagemaker", **SERVICE), boto3.client("sagemaker-runtime", **SERVICE)


def as_csv(birds, label):
    """XGBoost's CSV: no header, the label first, numbers alone."""
    out = io.StringIO()
    csv.writer(out).writerows([SPECIES.index(b["species"])] * label + [b[m] for m in MEASURES] for b in birds)
    return out.getvalue()


# 1. Data: of five birds three train, one validates, one is kept for the end.
data = pathlib.Path(__file__).resolve().parents[1] / "data/datasets/penguins.csv"
birds = [b for b in csv.DictReader(data.open()) if all(b[m] for m in MEASURES)]
parts = {"train": [b for i, b in enumerate(birds) if i % 5 < 3], "validation": birds[3::5]}
test = birds[4::5]
s3.create_bucket(Bucket=BUCKET)
for channel, rows in parts.items():
    s3.put_object(Bucket=BUCKET, Key=f"{channel}/penguins.csv", Body=as_csv(rows, label=True))

# 2. Training, until it is done.
role = iam.create_role(
    RoleName=NAME,
    AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}',
)["Role"]["Arn"]
sagemaker.create_training_job(
    TrainingJobName=NAME,
    AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    HyperParameters={"objective": "multi:softmax", "num_class": "3", "num_round": "50", "max_depth": "4", "eta": "0.2", "min_child_weight": "1"},
    RoleArn=role,
    InputDataConfig=[
        {"ChannelName": channel, "ContentType": "text/csv",
         "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{channel}/", "S3DataDistributionType": "FullyReplicated"}}}
        for channel in parts
    ],
    OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/models"},
    ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    StoppingCondition={"MaxRuntimeInSeconds": 600},
)
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 600})
job = sagemaker.describe_training_job(TrainingJobName=NAME)
if job["TrainingJobStatus"] != "Completed":
    raise SystemExit(f"{job['TrainingJobStatus']}: {job.get('FailureReason')}")
print("trained:", ", ".join(f"{m['MetricName']} {m['Value']:.4f}" for m in job["FinalMetricDataList"]))

# 3. An endpoint.
sagemaker.create_model(ModelName=NAME, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}, ExecutionRoleArn=role)
sagemaker.create_endpoint_config(
    EndpointConfigName=NAME,
    ProductionVariants=[{"VariantName": "all", "ModelName": NAME, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1, "InitialVariantWeight": 1}],
)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 600})

# 4. Predictions: the number of a class for each bird, with commas between.
reply = runtime.invoke_endpoint(EndpointName=NAME, ContentType="text/csv", Accept="text/csv", Body=as_csv(test, label=False))
answers = [SPECIES[int(float(a))] for a in reply["Body"].read().decode().split(",")]
right = sum(answer == b["species"] for answer, b in zip(answers, test, strict=True))
print(f"right: {right} of {len(test)} birds that the model has not seen")

sagemaker.delete_endpoint(EndpointName=NAME)
