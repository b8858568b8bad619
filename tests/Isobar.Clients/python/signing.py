"""Requests signed by a known key are answered; wrong secrets, unknown keys and old presigned URLs are refused."""
import os
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

url = os.environ["AWS_ENDPOINT_URL"]
path_style = Config(s3={"addressing_style": "path"}, signature_version="s3v4")


def refused(codes, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] in codes, error.response
        return
    raise AssertionError(f"{codes} expected")


s3 = boto3.client("s3", endpoint_url=url, config=path_style)
bucket = "signed-" + boto3.__version__.replace(".", "-")
s3.create_bucket(Bucket=bucket)
key = "a folder/ünïcode+plus &amp=.txt"
s3.put_object(Bucket=bucket, Key=key, Body=b"hello", Metadata={"some": "value"})
assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"hello"
assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="a folder/")["Contents"]] == [key]
link = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=60)
assert urllib.request.urlopen(link).read() == b"hello"
try:
    urllib.request.urlopen(link.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))
    raise AssertionError("a changed link was answered")
except urllib.error.HTTPError as error:
    assert error.code == 403 and b"SignatureDoesNotMatch" in error.read()

# botocore's own choice for presigned URLs is Version 2 yet: it is refused by name.
old = boto3.client("s3", endpoint_url=url, config=Config(s3={"addressing_style": "path"}, signature_version="s3")).generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
assert "AWSAccessKeyId=" in old, old
try:
    urllib.request.urlopen(old)
    raise AssertionError("a link of Version 2 was answered")
except urllib.error.HTTPError as error:
    assert error.code == 400 and b"Please use AWS4-HMAC-SHA256" in error.read()

boto3.client("sagemaker", endpoint_url=url).list_models()
boto3.client("cloudwatch", endpoint_url=url).list_metrics()

wrong = dict(endpoint_url=url, aws_secret_access_key="wrong", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"])
unknown = dict(endpoint_url=url, aws_secret_access_key="wrong", aws_access_key_id="AKIANOBODY")
refused(["SignatureDoesNotMatch"], boto3.client("s3", config=path_style, **wrong).list_buckets)
refused(["InvalidAccessKeyId"], boto3.client("s3", config=path_style, **unknown).list_buckets)
refused(["InvalidSignatureException"], boto3.client("sagemaker", **wrong).list_models)
refused(["UnrecognizedClientException"], boto3.client("sagemaker", **unknown).list_models)

# Temporary credentials are good with their token alone, and a role must exist and trust SageMaker.
iam, sts = boto3.client("iam", endpoint_url=url), boto3.client("sts", endpoint_url=url)
trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root","Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
name = "signed-" + boto3.__version__.replace(".", "-")
role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
given = sts.assume_role(RoleArn=role, RoleSessionName="session")
temporary = dict(endpoint_url=url, aws_access_key_id=given["Credentials"]["AccessKeyId"], aws_secret_access_key=given["Credentials"]["SecretAccessKey"])
whole = dict(aws_session_token=given["Credentials"]["SessionToken"], **temporary)
boto3.client("s3", config=path_style, **whole).list_buckets()
assert boto3.client("sts", **whole).get_caller_identity()["Arn"] == given["AssumedRoleUser"]["Arn"]
refused(["UnrecognizedClientException"], boto3.client("sagemaker", aws_session_token="another", **temporary).list_models)
sagemaker = boto3.client("sagemaker", endpoint_url=url)
container = {"Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"}
sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
refused(["ValidationException"], sagemaker.create_model, ModelName=name + "-x", ExecutionRoleArn=role + "-never", PrimaryContainer=container)
print("ok", boto3.__version__)
