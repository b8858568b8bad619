"""Every operation that botocore knows of the emulated services is called with made-up arguments: each answers as its service does, supported or not, and none fails inside."""
import datetime
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError, ParamValidationError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
SERVICES = ["sagemaker", "sagemaker-runtime", "sagemaker-metrics", "s3", "sts", "iam", "logs", "cloudwatch", "application-autoscaling"]
# Those whose answer is an open stream.
LEFT_OUT = {("s3", "SelectObjectContent"), ("logs", "StartLiveTail")}
REFUSALS = {"UnknownOperationException", "NotImplemented", "InvalidAction", "UnknownOperation", "UnsupportedOperation"}


def made_up(shape, depth=0):
    """The least value that botocore accepts for a shape."""
    kind = shape.type_name
    if kind == "structure":
        if depth > 6:
            return {}
        if getattr(shape, "is_tagged_union", False):
            name, member = next(iter(shape.members.items()))
            return {name: made_up(member, depth + 1)}
        return {name: made_up(shape.members[name], depth + 1) for name in shape.required_members}
    if kind == "list":
        return [made_up(shape.member, depth + 1)] * max(1, shape.metadata.get("min", 0)) if depth < 6 else []
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "sweep".ljust(shape.metadata.get("min", 0), "x")
    if kind in ("integer", "long"):
        return max(1, shape.metadata.get("min", 1))
    return {"boolean": False, "float": 0.5, "double": 0.5, "timestamp": datetime.datetime(2026, 1, 1), "blob": b"x"}[kind]


known = boto3.session.Session().get_available_services()
called = refused = 0
for service in SERVICES:
    if service not in known:
        continue
    client = boto3.client(service, endpoint_url=ENDPOINT, config=Config(inject_host_prefix=False, retries={"max_attempts": 0, "mode": "standard"}, read_timeout=60, s3={"addressing_style": "path"}))
    model = client.meta.service_model
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    for name in model.operation_names:
        if (service, name) in LEFT_OUT:
            continue
        operation = model.operation_model(name)
        try:
            getattr(client, methods[name])(**(made_up(operation.input_shape) if operation.input_shape else {}))
        except ClientError as error:
            status, code = error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
            # A code is a name that the service's own parser found in its own envelope; a bare number is what boto3 makes of a reply without one.
            assert status < 500 or code in REFUSALS, (service, name, error.response)
            assert code and (not code.isdigit() or operation.http.get("method") == "HEAD"), (service, name, error.response)
            assert "<html" not in str(error).lower(), (service, name, str(error))
            refused += code in REFUSALS
        except (ParamValidationError, EventStreamError) as error:
            raise AssertionError((service, name, str(error))) from error
        called += 1
assert refused > 200, refused
print(f"{called} operations called, {refused} unsupported; all flows held")
