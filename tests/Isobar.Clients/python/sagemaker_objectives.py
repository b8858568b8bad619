"""XGBoost's objectives beyond classification and regression, through boto3: trained, deployed, asked; and the one that SageMaker's container refuses."""
import math
import os
import random
import uuid

import boto3

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
sm, s3, runtime = (boto3.client(name, endpoint_url=ENDPOINT) for name in ("sagemaker", "s3", "sagemaker-runtime"))
run = uuid.uuid4().hex[:8]
bucket, role = "objectives-" + run, "arn:aws:iam::123456789012:role/any"
image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
draw = random.Random(5)
QUICK = {"Delay": 1, "MaxAttempts": 240}


def channel(name, key, kind):
    return {"ChannelName": name, "ContentType": kind, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{key}"}}}


def train(name, objective, kind, **parameters):
    sm.create_training_job(
        TrainingJobName=name, AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"}, RoleArn=role,
        HyperParameters={"objective": objective, "num_round": "40", "max_depth": "3", **parameters},
        InputDataConfig=[channel("train", f"{kind[0]}/train", kind[1]), channel("validation", f"{kind[0]}/validation", kind[1])],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"}, StoppingCondition={"MaxRuntimeInSeconds": 600},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5})
    try:
        sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name, WaiterConfig=QUICK)
    except Exception:  # The waiter fails with the job; the caller looks at why.
        pass
    return sm.describe_training_job(TrainingJobName=name)


def deploy(name, job):
    sm.create_model(ModelName=name, PrimaryContainer={"Image": image, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}, ExecutionRoleArn=role)
    sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName": "all", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}])
    sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sm.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=QUICK)


def ask(name, body, kind):
    return [float(x) for x in runtime.invoke_endpoint(EndpointName=name, ContentType=kind, Body=body)["Body"].read().decode().replace("\n", ",").strip(",").split(",")]


def searches(count):
    """Search results whose relevance grows with x1 + x2."""
    lines = []
    for query in range(count):
        for _ in range(10):
            x1, x2 = draw.random(), draw.random()
            lines.append(f"{min(3, int((x1 + x2) * 2))} qid:{query} 1:{x1:.4f} 2:{x2:.4f}")
    return "\n".join(lines)


def lives(count):
    """Survival times with the hazard exp(2 x), a third of them censored, which is a time below 0."""
    lines = []
    for _ in range(count):
        x = draw.uniform(-2, 2)
        time = draw.expovariate(math.exp(2 * x)) + 1e-6
        lines.append(f"{-time * draw.random() if draw.random() < 0.33 else time:.6f},{x:.4f}")
    return "\n".join(lines)


s3.create_bucket(Bucket=bucket)
for part, size in (("train", 1), ("validation", 0.5)):
    s3.put_object(Bucket=bucket, Key=f"searches/{part}/a.libsvm", Body=searches(int(60 * size)))
    s3.put_object(Bucket=bucket, Key=f"lives/{part}/a.csv", Body=lives(int(600 * size)))

job = train("ranking-" + run, "rank:ndcg", ("searches", "text/libsvm"), eval_metric="map,ndcg@5", early_stopping_rounds="10")
assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
metrics = {m["MetricName"]: m["Value"] for m in job["FinalMetricDataList"]}
assert metrics["validation:ndcg"] > 0.95 and "validation:rmse" not in metrics, metrics
deploy("ranking-" + run, job)
best, middle, worst = ask("ranking-" + run, "0 1:0.95 2:0.95\n0 1:0.5 2:0.5\n0 1:0.05 2:0.05", "text/libsvm")
assert best > middle > worst, (best, middle, worst)

job = train("survival-" + run, "survival:cox", ("lives", "text/csv"), eval_metric="cox-nloglik")
assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
assert "validation:cox-nloglik" in {m["MetricName"] for m in job["FinalMetricDataList"]}
deploy("survival-" + run, job)
safe, even, doomed = ask("survival-" + run, "-1.5\n0\n1.5", "text/csv")
# Hazard ratios: the truth between the two ends is exp(6), about 400.
assert 0 < safe < even < doomed and doomed / safe > 20, (safe, even, doomed)

job = train("bounds-" + run, "survival:aft", ("lives", "text/csv"))
assert job["TrainingJobStatus"] == "Failed" and "labels_lower_bound_" in job["FailureReason"], job
job = train("negative-" + run, "rank:ndcg", ("lives", "text/csv"))
assert job["TrainingJobStatus"] == "Failed" and "relevance from 0 to 31" in job["FailureReason"], job
print("all flows held")
