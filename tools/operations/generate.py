#!/usr/bin/env python3
"""Writes data/operations/aws.csv: the names of all operations of the services that Isobar speaks for, from the installed botocore."""
import pathlib

import botocore
import botocore.session

SERVICES = {
    "application-autoscaling": "Application Auto Scaling", "cloudwatch": "CloudWatch", "logs": "CloudWatch Logs", "iam": "IAM", "s3": "S3",
    "sts": "STS", "sagemaker": "SageMaker", "sagemaker-metrics": "SageMaker Metrics", "sagemaker-runtime": "SageMaker Runtime",
}
OUT = pathlib.Path(__file__).resolve().parents[2] / "data/operations/aws.csv"

loader = botocore.session.get_session().get_component("data_loader")
rows = sorted((name, operation) for service, name in SERVICES.items() for operation in loader.load_service_model(service, "service-2")["operations"])
OUT.write_text("service,operation\n" + "".join(f"{service},{operation}\n" for service, operation in rows))
print(f"{len(rows)} operations of botocore {botocore.__version__}")
