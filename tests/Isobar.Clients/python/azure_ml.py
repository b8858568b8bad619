"""Workspaces, jobs, models and endpoints through Debian's Azure SDK for Python."""
import os
import sys
import time
import uuid

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient, models
from azure.mgmt.resource import ResourceManagementClient, SubscriptionClient
import requests

account, container = sys.argv[1:]
origin = os.environ["ISOBAR_AZURE_ENDPOINT"].replace("http:", "https:")


class Token:
    def get_token(self, *scopes, **_):
        assert scopes, "a scope was asked for"
        return AccessToken("e30.e30.", int(time.time()) + 3600)


settings = {"base_url": origin, "credential_scopes": [origin + "/.default"], "polling_interval": 0.1}
subscription = str(uuid.uuid4())
resources = ResourceManagementClient(Token(), subscription, **settings)
client = MachineLearningServicesMgmtClient(Token(), subscription, **settings)
unique = uuid.uuid4().hex[:8]
group, ws = f"py-{unique}", f"pyspace-{unique}"


def fails(call, status, code):
    try:
        call()
    except HttpResponseError as error:
        assert (error.status_code, error.error.code) == (status, code), error
    else:
        raise AssertionError(f"{status} {code} expected")


def finished(name):
    for _ in range(900):
        job = client.jobs.get(group, ws, name)
        if job.properties.status in ("Completed", "Failed", "Canceled"):
            return job
        time.sleep(0.2)
    raise AssertionError(f"{name} did not end")


def groups_and_subscriptions():
    resources.resource_groups.create_or_update(group, {"location": "westus2", "tags": {"by": "python"}})
    assert resources.resource_groups.check_existence(group)
    assert group in [g.name for g in resources.resource_groups.list()]
    assert subscription in [s.subscription_id for s in SubscriptionClient(Token(), **settings).subscriptions.list()]
    fails(lambda: resources.resource_groups.get("nothing"), 404, "ResourceGroupNotFound")


def workspace():
    made = client.workspaces.begin_create_or_update(group, ws, models.Workspace(location="westus2", friendly_name="Python")).result()
    assert (made.name, made.provisioning_state) == (ws, "Succeeded")
    assert made.system_data.created_at.year > 2000
    assert [r.type for r in resources.resources.list_by_resource_group(group)] == ["Microsoft.MachineLearningServices/workspaces"]
    client.datastores.create_or_update(group, ws, "clients", models.Datastore(properties=models.AzureBlobDatastore(
        account_name=account, container_name=container, credentials=models.NoneDatastoreCredentials())))
    assert {d.name for d in client.datastores.list(group, ws)} == {"workspaceblobstore", "workspaceartifactstore", "clients"}
    return made.id


def train():
    client.environment_versions.create_or_update(group, ws, "plain", "1", models.EnvironmentVersion(properties=models.EnvironmentVersionProperties(image="ubuntu")))
    name = f"train-{unique}"
    client.jobs.create_or_update(group, ws, name, models.JobBase(properties=models.CommandJob(
        environment_id="azureml:plain:1",
        command="isobar-train --algorithm boosted-trees --task multiclass --label species --train ${{inputs.train}} --model ${{outputs.model}} --rounds 20",
        inputs={"train": models.UriFileJobInput(uri="azureml://datastores/clients/paths/penguins.csv")},
        outputs={"model": models.CustomModelJobOutput()})))
    job = finished(name)
    assert job.properties.status == "Completed", job.properties.properties
    client.model_versions.create_or_update(group, ws, "penguins", "1", models.ModelVersion(properties=models.ModelVersionProperties(
        model_uri=job.properties.outputs["model"].uri, model_type="custom_model")))
    fails(lambda: client.jobs.create_or_update(group, ws, "x", models.JobBase(properties=models.CommandJob(environment_id="e", command="${{inputs.a}}"))), 400, "ValidationError")


def deploy():
    name = f"py-{unique}"
    client.online_endpoints.begin_create_or_update(group, ws, name, models.OnlineEndpoint(location="westus2", properties=models.OnlineEndpointProperties(auth_mode="Key"))).result()
    deployed = client.online_deployments.begin_create_or_update(group, ws, name, "blue", models.OnlineDeployment(
        location="westus2", sku=models.Sku(name="Default", capacity=1),
        properties=models.ManagedOnlineDeployment(model="azureml:penguins:1", instance_type="Standard_DS3_v2"))).result()
    assert deployed.properties.provisioning_state == "Succeeded"
    shared = client.online_endpoints.begin_create_or_update(group, ws, name, models.OnlineEndpoint(location="westus2", properties=models.OnlineEndpointProperties(auth_mode="Key", traffic={"blue": 100}))).result()
    key = client.online_endpoints.list_keys(group, ws, name).primary_key
    row = {"island": "Biscoe", "bill_length_mm": 50.0, "bill_depth_mm": 16.3, "flipper_length_mm": 230, "body_mass_g": 5700, "sex": "male", "year": 2007}
    answer = requests.post(shared.properties.scoring_uri, json={"input_data": [row]}, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    assert (answer.status_code, answer.json()) == (200, ["Gentoo"]), answer.text
    assert requests.post(shared.properties.scoring_uri, json={}, timeout=60).status_code == 401
    fails(lambda: client.online_deployments.get(group, ws, name, "green"), 404, "ResourceNotFound")


def search():
    name = f"search-{unique}"
    client.jobs.create_or_update(group, ws, name, models.JobBase(properties=models.AutoMLJob(task_details=models.Classification(
        training_data=models.MLTableJobInput(uri="azureml://datastores/clients/paths/table"), target_column_name="species", primary_metric="Accuracy",
        n_cross_validations=models.CustomNCrossValidations(value=2),
        limit_settings=models.TableVerticalLimitSettings(max_trials=2, timeout="PT4M"),
        training_settings=models.ClassificationTrainingSettings(allowed_training_algorithms=["LightGBM", "LogisticRegression"])))))
    job = finished(name)
    assert job.properties.status == "Completed", job.properties.properties
    assert not job.properties.task_details.training_settings.enable_stack_ensemble
    best = job.properties.properties["best_child_run_id"]
    assert client.jobs.get(group, ws, best).properties.properties["score"] == job.properties.properties["score"]
    client.model_versions.create_or_update(group, ws, "searched", "1", models.ModelVersion(properties=models.ModelVersionProperties(
        model_uri=f"azureml://jobs/{best}/outputs/artifacts/paths/outputs/mlflow-model/", model_type="mlflow_model")))


def clean_up():
    resources.resource_groups.begin_delete(group).result()
    assert not resources.resource_groups.check_existence(group)
    try:
        client.workspaces.get(group, ws)
    except ResourceNotFoundError as error:
        assert error.error.code == "ResourceGroupNotFound"
    else:
        raise AssertionError("the workspace is still there")


for step in (groups_and_subscriptions, workspace, train, deploy, search, clean_up):
    step()
    print(step.__name__)
