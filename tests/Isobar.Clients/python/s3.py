"""Buckets and objects through boto3: managed transfers, listings, errors, presigned URLs and form-free edge cases."""
import hashlib
import io
import os
import urllib.request
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=Config(s3={"addressing_style": "path"}))
bucket = "boto-" + uuid.uuid4().hex[:12]


def fails(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        assert got == (code, status), got
        assert error.response["ResponseMetadata"]["RequestId"]
        return error
    raise AssertionError(f"{code} expected")


def objects():
    s3.create_bucket(Bucket=bucket)
    s3.get_waiter("bucket_exists").wait(Bucket=bucket)
    body = os.urandom(300_000)
    put = s3.put_object(Bucket=bucket, Key="räw/ key", Body=body, Metadata={"a": "b"}, ContentEncoding="x-test", Tagging="p=q")
    assert put["ETag"] == '"%s"' % hashlib.md5(body).hexdigest()
    got = s3.get_object(Bucket=bucket, Key="räw/ key")
    assert got["Body"].read() == body and got["ContentEncoding"] == "x-test" and got["Metadata"] == {"a": "b"}
    assert s3.get_object(Bucket=bucket, Key="räw/ key", Range="bytes=10-19")["Body"].read() == body[10:20]
    fails("InvalidRange", 416, s3.get_object, Bucket=bucket, Key="räw/ key", Range="bytes=300000-")
    fails("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="none")
    fails("404", 404, s3.head_object, Bucket=bucket, Key="none")
    fails("NoSuchBucket", 404, s3.list_objects_v2, Bucket="none-" + bucket)
    fails("304", 304, s3.get_object, Bucket=bucket, Key="räw/ key", IfNoneMatch=put["ETag"])
    fails("PreconditionFailed", 412, s3.get_object, Bucket=bucket, Key="räw/ key", IfMatch="x")
    fails("NotImplemented", 501, s3.get_bucket_acl, Bucket=bucket)
    fails("BucketNotEmpty", 409, s3.delete_bucket, Bucket=bucket)
    fails("InvalidBucketName", 400, s3.create_bucket, Bucket="1.2.3.4")


def transfers():
    body = os.urandom(20 * 1024 * 1024 + 7)
    s3.upload_fileobj(io.BytesIO(body), bucket, "managed")
    head = s3.head_object(Bucket=bucket, Key="managed")
    assert head["ETag"].endswith('-3"') and head["ContentLength"] == len(body)
    back = io.BytesIO()
    s3.download_fileobj(bucket, "managed", back)
    assert back.getvalue() == body
    s3.copy({"Bucket": bucket, "Key": "managed"}, bucket, "managed copy")
    assert s3.get_object(Bucket=bucket, Key="managed copy")["Body"].read() == body


def listings():
    for i in range(7):
        s3.put_object(Bucket=bucket, Key=f"l/{i % 2}/ü {i}", Body=b"x")
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="l/", PaginationConfig={"PageSize": 3}))
    assert [c["Key"] for p in pages for c in p["Contents"]] == sorted(f"l/{i % 2}/ü {i}" for i in range(7))
    assert len(pages) == 3
    rolled = s3.list_objects_v2(Bucket=bucket, Prefix="l/", Delimiter="/")
    assert [p["Prefix"] for p in rolled["CommonPrefixes"]] == ["l/0/", "l/1/"]
    old = list(s3.get_paginator("list_objects").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}))
    assert sum(len(p["Contents"]) for p in old) == 10
    versions = s3.list_object_versions(Bucket=bucket, Prefix="l/")
    assert {v["VersionId"] for v in versions["Versions"]} == {"null"}


def presigned():
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "by url"}, ExpiresIn=30)
    with urllib.request.urlopen(urllib.request.Request(url, data=b"hello", method="PUT", headers={"Content-Type": ""})) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "by url"})) as answer:
        assert answer.read() == b"hello"


def clean_up():
    everything = boto3.resource("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).Bucket(bucket)
    everything.objects.all().delete()
    everything.delete()
    s3.get_waiter("bucket_not_exists").wait(Bucket=bucket, WaiterConfig={"Delay": 1, "MaxAttempts": 5})


for step in (objects, transfers, listings, presigned, clean_up):
    print(step.__name__, flush=True)
    step()
