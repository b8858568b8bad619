"""SageMaker Runtime through boto3: request and reply formats of every built-in algorithm, errors, asynchronous invocations, response streams."""
import io
import json
import os
import random
import tarfile
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# An error must reach the test at the first answer.
ONCE = Config(retries={"max_attempts": 0})
s3, sm, runtime = (boto3.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=ONCE) for name in ("s3", "sagemaker", "sagemaker-runtime"))
run = uuid.uuid4().hex[:8]
# What older versions of boto3 do not know is left out with them.
FAILURES = "S3FailurePath" in sm.meta.service_model.shape_for("AsyncInferenceOutputConfig").members
STREAMS = hasattr(runtime, "invoke_endpoint_with_response_stream")
bucket, role = "rt-" + run, "arn:aws:iam::000000000000:role/any"
own, xgboost = "382416733822.dkr.ecr.us-east-1.amazonaws.com/", "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def until(ask, done):
    for _ in range(600):
        value = ask()
        if done(value):
            return value
        time.sleep(0.1)
    raise AssertionError(f"still {value}")


def fails(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        assert got == (code, status), (got, error)
        return error.response
    raise AssertionError(f"{code} expected")


def train(name, image, parameters, content_type):
    sm.create_training_job(
        TrainingJobName=name, AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"}, RoleArn=role, HyperParameters=parameters,
        InputDataConfig=[{"ChannelName": "train", "ContentType": content_type, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/train/"}}}],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"}, ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        StoppingCondition={"MaxRuntimeInSeconds": 600})
    job = until(lambda: sm.describe_training_job(TrainingJobName=name), lambda j: j["TrainingJobStatus"] in ("Completed", "Failed"))
    return job


def deploy(name, image, artifact, environment=None, **config):
    sm.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": image, "ModelDataUrl": artifact, "Environment": environment or {}})
    sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}], **config)
    sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
    endpoint = until(lambda: sm.describe_endpoint(EndpointName=name), lambda e: e["EndpointStatus"] in ("InService", "Failed"))
    assert endpoint["EndpointStatus"] == "InService", endpoint["FailureReason"]


def ask(name, body, content_type="text/csv", **more):
    return runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType=content_type, **more)["Body"].read()


def formats():
    s3.create_bucket(Bucket=bucket)
    random.seed(1)
    points = [(random.uniform(0, 10), random.uniform(0, 10)) for _ in range(400)]
    s3.put_object(Bucket=bucket, Key="train/rows.csv", Body="\n".join(f"{int(x + y > 10)},{x:.3f},{y:.3f}" for x, y in points))
    two = '{"instances": [{"features": [9, 9]}, {"data": {"features": {"values": [1, 1]}}}]}'
    cases = {
        "linear-learner": ({"predictor_type": "binary_classifier"}, "text/csv", "predictions", {"score", "predicted_label"}),
        "kmeans": ({"k": "2", "feature_dim": "2"}, "text/csv;label_size=1", "predictions", {"closest_cluster", "distance_to_cluster"}),
        "pca": ({"num_components": "1", "feature_dim": "2", "mini_batch_size": "50"}, "text/csv;label_size=1", "projections", {"projection"}),
        "knn": ({"k": "3", "feature_dim": "2", "predictor_type": "classifier", "sample_size": "400"}, "text/csv", "predictions", {"predicted_label"}),
        "randomcutforest": ({"feature_dim": "2"}, "text/csv;label_size=1", "scores", {"score"}),
    }
    for algorithm, (parameters, content_type, root, names) in cases.items():
        name = f"{algorithm}-{run}"
        job = train(name, f"{own}{algorithm}:1", parameters, content_type)
        assert job["TrainingJobStatus"] == "Completed", (algorithm, job.get("FailureReason"))
        deploy(name, f"{own}{algorithm}:1", job["ModelArtifacts"]["S3ModelArtifacts"])
        rows = json.loads(ask(name, two, "application/json"))[root]
        assert len(rows) == 2 and all(set(row) == names for row in rows), rows
        lines = ask(name, '{"features": [9, 9]}\n{"features": [1, 1]}', "application/jsonlines", Accept="application/jsonlines").splitlines()
        assert [json.loads(line) for line in lines] == rows
        assert len(ask(name, "9,9\n1,1", Accept="text/csv").splitlines()) == 2
        assert ask(name, "9,9", Accept="application/x-recordio-protobuf")[:4] == bytes.fromhex("0a23d7ce")


def gradient_boosting():
    name = "xgboost-" + run
    job = train(name, xgboost, {"num_round": "20", "objective": "binary:logistic"}, "text/csv")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    deploy(name, xgboost, job["ModelArtifacts"]["S3ModelArtifacts"], AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": f"s3://{bucket}/async", **({"S3FailurePath": f"s3://{bucket}/failed"} if FAILURES else {})}})
    reply = runtime.invoke_endpoint(EndpointName=name, Body="9,9\n1,1", ContentType="text/csv", InferenceId="one")
    assert (reply["ContentType"], reply["InvokedProductionVariant"]) == ("text/csv", "AllTraffic")
    high, low = (float(score) for score in reply["Body"].read().split(b","))
    assert high > 0.9 and low < 0.1
    assert json.loads(ask(name, "1 0:9 1:9", "text/libsvm", Accept="application/json")) == {"predictions": [{"score": high}]}
    if STREAMS:
        stream = runtime.invoke_endpoint_with_response_stream(EndpointName=name, Body="9,9", ContentType="text/csv")
        assert stream["ContentType"] == "text/csv" and float(b"".join(part["PayloadPart"]["Bytes"] for part in stream["Body"])) == high

    call = {"EndpointName": name, "ContentType": "text/csv"}
    wrong = fails("ModelError", 424, runtime.invoke_endpoint, Body="1,2,3", **call)
    assert wrong["OriginalStatusCode"] == 400 and "takes 2" in wrong["OriginalMessage"] and wrong["LogStreamArn"].startswith("arn:aws:logs:")
    assert fails("ModelError", 424, runtime.invoke_endpoint, EndpointName=name, Body="x", ContentType="image/png")["OriginalStatusCode"] == 415
    assert fails("ModelError", 424, runtime.invoke_endpoint, Body="1,2", Accept="image/png", **call)["OriginalStatusCode"] == 415
    fails("ValidationError", 400, runtime.invoke_endpoint, Body="1,2", TargetVariant="none", **call)
    missing = fails("ValidationError", 400, runtime.invoke_endpoint, EndpointName="none-" + run, Body="1", ContentType="text/csv")
    assert missing["Error"]["Message"] == f"Endpoint none-{run} of account 000000000000 not found."
    fails("413", 413, runtime.invoke_endpoint, Body=b"1" * (7 << 20), **call)
    return name


def asynchronous(name):
    s3.put_object(Bucket=bucket, Key="in/good.csv", Body="9,9\n1,1")
    s3.put_object(Bucket=bucket, Key="in/bad.csv", Body="9")
    for key, place, text in (("good", "OutputLocation", b","), ("bad", "FailureLocation", b"takes 2"), ("absent", "FailureLocation", b"cannot be read"))[:3 if FAILURES else 1]:
        reply = runtime.invoke_endpoint_async(EndpointName=name, InputLocation=f"s3://{bucket}/in/{key}.csv", ContentType="text/csv", InferenceId=key)
        assert reply["InferenceId"] == key and reply["ResponseMetadata"]["HTTPStatusCode"] == 202
        at = reply[place].removeprefix(f"s3://{bucket}/")
        until(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=at).get("KeyCount"), lambda count: count == 1)
        assert text in s3.get_object(Bucket=bucket, Key=at)["Body"].read()
    fails("ValidationError", 400, runtime.invoke_endpoint_async, EndpointName="pca-" + run, InputLocation=f"s3://{bucket}/in/good.csv")
    fails("ValidationError", 400, runtime.invoke_endpoint_async, EndpointName="none", InputLocation=f"s3://{bucket}/in/good.csv")


SERVER = """
import os, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == b"refuse":
            self.send_response(418); self.send_header("Content-Length", "6"); self.end_headers(); self.wfile.write(b"teapot"); return
        self.send_response(200); self.send_header("Content-Type", "text/plain"); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
        for word in body.split():
            self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(word), word)); self.wfile.flush(); time.sleep(0.2)
        self.wfile.write(b"0\\r\\n\\r\\n")
    def log_message(self, *a): pass

HTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
""".encode()


def self_serving():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("code/serve.py")
        entry.size = len(SERVER)
        archive.addfile(entry, io.BytesIO(SERVER))
    s3.put_object(Bucket=bucket, Key="own/model.tar.gz", Body=packed.getvalue())
    name = "own-" + run
    deploy(name, "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1", f"s3://{bucket}/own/model.tar.gz", {"SAGEMAKER_PROGRAM": "serve.py"})
    if STREAMS:
        reply = runtime.invoke_endpoint_with_response_stream(EndpointName=name, Body="one two three", ContentType="text/plain")
        parts, times = [], []
        for part in reply["Body"]:
            parts.append(part["PayloadPart"]["Bytes"])
            times.append(time.monotonic())
        assert parts == [b"one", b"two", b"three"] and times[-1] - times[0] > 0.3, (parts, times)
    assert ask(name, "all at once", "text/plain") == b"allatonce"
    refused = fails("ModelError", 424, runtime.invoke_endpoint, EndpointName=name, Body="refuse", ContentType="text/plain")
    assert (refused["OriginalStatusCode"], refused["OriginalMessage"]) == (418, "teapot")
    if STREAMS:
        fails("ModelError", 424, runtime.invoke_endpoint_with_response_stream, EndpointName=name, Body="refuse", ContentType="text/plain")


formats()
asynchronous(gradient_boosting())
self_serving()
print("all flows held")
