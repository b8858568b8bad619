"""STS and IAM roles, and what SageMaker asks of a role; and CloudWatch Logs of groups and streams."""
import json
import os
import time

import boto3
from botocore.exceptions import ClientError

url = os.environ["AWS_ENDPOINT_URL"]
mark = boto3.__version__.replace(".", "-")
iam, sts, sm, logs = (boto3.client(n, endpoint_url=url) for n in ("iam", "sts", "sagemaker", "logs"))


def refused(codes, call, words="", **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] in codes and words in e.response["Error"]["Message"], e.response
        return
    raise AssertionError(f"{codes} expected")


def trust(principal):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})


def role(name, principal, **more):
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal), **more)["Role"]


# Roles: made, read, listed by page, changed, dropped.
me = sts.get_caller_identity()
assert me["Account"] == "000000000000" and me["Arn"].endswith(":root"), me
worker = role("worker-" + mark, {"Service": "sagemaker.amazonaws.com"}, Path="/team/", Description="trains", Tags=[{"Key": "a", "Value": "b"}])
assert worker["Arn"] == f"arn:aws:iam::000000000000:role/team/worker-{mark}", worker
assert iam.get_role(RoleName="worker-" + mark)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == "sagemaker.amazonaws.com"
refused(["EntityAlreadyExists"], role, name="worker-" + mark, principal="*")
refused(["MalformedPolicyDocument"], iam.create_role, RoleName="bad", AssumeRolePolicyDocument="{")
refused(["NoSuchEntity"], iam.get_role, RoleName="nobody-" + mark)
other = role("other-" + mark, {"Service": "lambda.amazonaws.com"})
pages = list(iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1}))
assert len(pages) > 1 and {worker["Arn"], other["Arn"]} <= {r["Arn"] for p in pages for r in p["Roles"]}

# SageMaker takes a role that trusts it, and a role that was never made here; one that does not trust it is refused.
container = {"Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"}
for name, arn in (("trusted", worker["Arn"]), ("foreign", "arn:aws:iam::123456789012:role/never-made")):
    sm.create_model(ModelName=f"{name}-{mark}", ExecutionRoleArn=arn, PrimaryContainer=container)
    sm.delete_model(ModelName=f"{name}-{mark}")
refused(["ValidationException"], sm.create_model, "Could not assume role", ModelName="untrusted-" + mark, ExecutionRoleArn=other["Arn"], PrimaryContainer=container)
refused(["ValidationException"], sm.create_model, ModelName="misnamed-" + mark, ExecutionRoleArn="arn:aws:iam::000000000000:user/someone", PrimaryContainer=container)

# Temporary credentials act for the role's account and say who they are.
ours = role("ours-" + mark, {"AWS": "arn:aws:iam::000000000000:root"}, MaxSessionDuration=7200)
given = sts.assume_role(RoleArn=ours["Arn"], RoleSessionName="session", DurationSeconds=900)
key = given["Credentials"]
assert key["AccessKeyId"].startswith("ASIA") and key["SessionToken"] and given["AssumedRoleUser"]["Arn"].endswith(f"assumed-role/ours-{mark}/session"), given
temporary = dict(endpoint_url=url, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"], aws_session_token=key["SessionToken"])
assert boto3.client("sts", **temporary).get_caller_identity()["Arn"] == given["AssumedRoleUser"]["Arn"]
boto3.client("sagemaker", **temporary).list_models()
refused(["AccessDenied"], sts.assume_role, RoleArn=worker["Arn"], RoleSessionName="session")
refused(["ValidationError"], sts.assume_role, "MaxSessionDuration", RoleArn=ours["Arn"], RoleSessionName="session", DurationSeconds=7201)
refused(["ValidationError"], sts.assume_role, RoleArn="arn:aws:iam::000000000000:user/someone", RoleSessionName="session")

# Logs: groups and streams are made, written, read by page and token, filtered.
group = "/mine/" + mark
logs.create_log_group(logGroupName=group)
refused(["ResourceAlreadyExistsException"], logs.create_log_group, logGroupName=group)
logs.create_log_stream(logGroupName=group, logStreamName="one")
now = int(time.time() * 1000)
logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=[{"timestamp": now + i, "message": f"line {i} {'odd' if i % 2 else 'even'}"} for i in range(10)])
assert group in [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePrefix="/mine/")["logGroups"]]
assert [s["logStreamName"] for s in logs.describe_log_streams(logGroupName=group)["logStreams"]] == ["one"]
first = logs.get_log_events(logGroupName=group, logStreamName="one", startFromHead=True, limit=4)
assert [e["message"] for e in first["events"]] == ["line 0 even", "line 1 odd", "line 2 even", "line 3 odd"], first
rest = logs.get_log_events(logGroupName=group, logStreamName="one", nextToken=first["nextForwardToken"])
assert len(rest["events"]) == 6 and rest["events"][0]["message"] == "line 4 even"
end = logs.get_log_events(logGroupName=group, logStreamName="one", nextToken=rest["nextForwardToken"])
assert not end["events"] and end["nextForwardToken"] == rest["nextForwardToken"]
odd = [e["message"] for p in logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="odd") for e in p["events"]]
assert odd == [f"line {i} odd" for i in (1, 3, 5, 7, 9)], odd
refused(["ResourceNotFoundException"], logs.get_log_events, logGroupName="/nobody/" + mark, logStreamName="one")
logs.delete_log_group(logGroupName=group)
assert group not in [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePrefix="/mine/")["logGroups"]]

for name in ("worker-", "other-", "ours-"):
    iam.delete_role(RoleName=name + mark)
print("ok", boto3.__version__)
