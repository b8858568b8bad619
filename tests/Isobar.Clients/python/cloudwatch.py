"""CloudWatch metrics and alarms, and Application Auto Scaling's refusals, as boto3 sees them."""
import datetime
import os

import boto3
from botocore.exceptions import ClientError

url = os.environ["AWS_ENDPOINT_URL"]
cw = boto3.client("cloudwatch", endpoint_url=url)
now = datetime.datetime.now(datetime.timezone.utc)
dims = [{"Name": "Who", "Value": boto3.__version__}]
cw.put_metric_data(Namespace="Mine", MetricData=[
    {"MetricName": "Load", "Dimensions": dims, "Values": [1.0, 2.0, 3.0], "Counts": [1, 2, 1], "Unit": "Seconds"},
    {"MetricName": "Load", "Dimensions": dims, "StatisticValues": {"SampleCount": 2, "Sum": 10.0, "Minimum": 4.0, "Maximum": 6.0}, "Unit": "Seconds"}])
span = dict(StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5))
points = cw.get_metric_statistics(Namespace="Mine", MetricName="Load", Dimensions=dims, Period=3600, Statistics=["Sum", "SampleCount", "Maximum"], **span)["Datapoints"]
assert sum(p["Sum"] for p in points) == 18 and sum(p["SampleCount"] for p in points) == 6 and max(p["Maximum"] for p in points) == 6, points
assert points[0]["Unit"] == "Seconds" and isinstance(points[0]["Timestamp"], datetime.datetime), points
points = cw.get_metric_statistics(Namespace="Mine", MetricName="Load", Dimensions=dims, Period=3600, ExtendedStatistics=["p99"], **span)["Datapoints"]
assert 5.8 <= max(p["ExtendedStatistics"]["p99"] for p in points) <= 6, points
data = cw.get_metric_data(MetricDataQueries=[{"Id": "a", "MetricStat": {"Metric": {"Namespace": "Mine", "MetricName": "Load", "Dimensions": dims}, "Period": 3600, "Stat": "Average"}}], **span)["MetricDataResults"]
assert data[0]["Values"] and data[0]["StatusCode"] == "Complete", data
listed = [m for page in cw.get_paginator("list_metrics").paginate(Namespace="Mine") for m in page["Metrics"]]
assert {"Namespace": "Mine", "MetricName": "Load", "Dimensions": dims} in listed, listed

name = "hot-" + boto3.__version__
cw.put_metric_alarm(AlarmName=name, Namespace="Mine", MetricName="Load", Dimensions=dims, Statistic="Maximum", Period=60, EvaluationPeriods=1, Threshold=5.0, ComparisonOperator="GreaterThanThreshold")
alarm = cw.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
assert alarm["AlarmName"] == name and alarm["Threshold"] == 5.0 and alarm["AlarmArn"].startswith("arn:aws:cloudwatch:"), alarm
cw.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
assert cw.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"] in ("ALARM", "INSUFFICIENT_DATA", "OK")
cw.delete_alarms(AlarmNames=[name])
assert not cw.describe_alarms(AlarmNames=[name])["MetricAlarms"]


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert e.response["Error"]["Code"] in code, e.response
        return
    raise AssertionError("was not refused")


refused(["ResourceNotFound", "ResourceNotFoundException"], cw.set_alarm_state, AlarmName="never", StateValue="OK", StateReason="x")
refused(["InvalidAction", "UnknownOperationException"], cw.list_dashboards)

scaling = boto3.client("application-autoscaling", endpoint_url=url)
target = dict(ServiceNamespace="sagemaker", ResourceId="endpoint/never/variant/blue", ScalableDimension="sagemaker:variant:DesiredInstanceCount")
refused(["ValidationException"], scaling.register_scalable_target, MinCapacity=1, MaxCapacity=2, **target)
refused(["ObjectNotFoundException"], scaling.deregister_scalable_target, **target)
assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker", ResourceIds=[target["ResourceId"]])["ScalableTargets"] == []
print("ok", boto3.__version__)
