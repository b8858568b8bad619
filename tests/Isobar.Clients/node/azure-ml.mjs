// Train, register, deploy and ask through Microsoft's client for Azure Machine Learning, with Isobar's own tokens and TLS.
import assert from "node:assert/strict";
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { ClientSecretCredential } from "@azure/identity";
import machineLearning from "@azure/arm-machinelearning";
import { BlobServiceClient, ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";

const { AzureMachineLearningWorkspaces } = machineLearning;
const [account, container] = process.argv.slice(2);
const origin = process.env.ISOBAR_AZURE_ENDPOINT.replace("http:", "https:");
const subscription = "12345678-1234-1234-1234-123456789abc";
const claims = Buffer.from(JSON.stringify({ appid: "the-tests" })).toString("base64url");
const token = { token: `e30.${claims}.`, expiresOnTimestamp: Date.now() + 3600_000 };
const credential = { getToken: async () => token };
const options = { endpoint: origin, updateIntervalInMs: 200 };
const client = new AzureMachineLearningWorkspaces(credential, subscription, options);
const group = "rg-" + randomBytes(4).toString("hex"), ws = "ws-" + randomBytes(4).toString("hex");
const unique = (name) => `${name}-${randomBytes(4).toString("hex")}`;
const quick = { updateIntervalInMs: 100 };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const all = async (pages) => { const found = []; for await (const item of pages) found.push(item); return found; };
const fails = async (promise, status, code, text) => {
  const error = await promise.then(() => assert.fail(`${status} expected`), (e) => e);
  assert.equal(error.statusCode, status, error.stack);
  assert.equal(error.code, code, error.message);
  if (text) assert.match(error.message, text);
  return error;
};
const arm = async (method, path, body, headers = {}) => {
  const reply = await fetch(origin + path, { method, headers: { authorization: `Bearer ${token.token}`, "content-type": "application/json", ...headers }, body: body && JSON.stringify(body) });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, body: text ? JSON.parse(text) : undefined };
};
const finished = async (name) => {
  for (let i = 0; i < 900; i++) {
    const job = await client.jobs.get(group, ws, name);
    if (["Completed", "Failed", "Canceled"].includes(job.properties.status)) return job;
    await sleep(200);
  }
  assert.fail(`${name} did not end`);
};
const groupPath = `/subscriptions/${subscription}/resourceGroups/${group}`;
const data = (path) => `azureml://datastores/clients/paths/${path}`;
let wsId;

async function resourceManager() {
  assert.equal((await arm("GET", "/subscriptions")).body.error.code, "MissingApiVersionParameter");
  assert.equal((await arm("GET", "/subscriptions?api-version=yesterday")).body.error.code, "InvalidApiVersionParameter");
  assert.equal((await arm("GET", "/subscriptions?api-version=2031-01-01-preview")).body.value[0].state, "Enabled");
  assert.equal((await arm("PUT", `${groupPath}?api-version=2021-04-01`, {})).body.error.code, "LocationRequired");
  const made = await arm("PUT", `${groupPath}?api-version=2021-04-01`, { location: "West Europe", tags: { team: "blue" } });
  assert.deepEqual([made.status, made.body.location, made.body.properties.provisioningState], [201, "westeurope", "Succeeded"]);
  assert.equal((await arm("HEAD", `${groupPath}?api-version=2021-04-01`)).status, 204);
  const read = await arm("GET", `${groupPath.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions")}?api-version=2021-04-01`);
  assert.equal(read.body.id, groupPath);
  assert.equal(read.body.systemData.createdBy, "the-tests");
  const tag = read.headers.get("etag");
  assert.equal((await arm("PATCH", `${groupPath}?api-version=2021-04-01`, { tags: { team: "red" } }, { "if-match": '"0"' })).status, 412);
  assert.equal((await arm("PATCH", `${groupPath}?api-version=2021-04-01`, { tags: { team: "red" } }, { "if-match": tag })).body.tags.team, "red");
  assert.equal((await arm("GET", `${groupPath}/providers/Microsoft.Nothing/things/x?api-version=2021-04-01`)).body.error.code, "InvalidResourceNamespace");
  assert.equal((await arm("GET", `${groupPath}/providers/Microsoft.MachineLearningServices/things/x?api-version=2021-04-01`)).body.error.code, "InvalidResourceType");
}

// A credential of Microsoft's own, which asks this server for its tokens.
async function identity() {
  const secret = new ClientSecretCredential("11111111-1111-1111-1111-111111111111", "an-application", "a secret", { authorityHost: origin, disableInstanceDiscovery: true });
  const { token: signed, expiresOnTimestamp } = await secret.getToken("https://management.azure.com/.default");
  assert.ok(expiresOnTimestamp > Date.now());
  const [header, payload, signature] = signed.split(".");
  const { keys } = await (await fetch(`${origin}/common/discovery/v2.0/keys`)).json();
  const jwk = keys.find((k) => k.kid === JSON.parse(Buffer.from(header, "base64url")).kid);
  assert.ok(verify("sha256", Buffer.from(`${header}.${payload}`), createPublicKey({ key: jwk, format: "jwk" }), Buffer.from(signature, "base64url")));
  const theirs = new AzureMachineLearningWorkspaces(secret, subscription, options);
  const made = await theirs.workspaces.beginCreateOrUpdateAndWait(group, ws + "-id", { location: "westeurope" }, quick);
  assert.deepEqual([made.systemData.createdBy, made.systemData.createdByType], ["an-application", "Application"]);
  await theirs.workspaces.beginDeleteAndWait(group, ws + "-id", quick);
  const refused = await fetch(`${origin}/common/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: "x", scope: "y" }) });
  assert.deepEqual([refused.status, (await refused.json()).error], [401, "invalid_client"]);
}

async function workspaces() {
  await fails(client.workspaces.get(group, "nothing"), 404, "ResourceNotFound");
  await fails(client.workspaces.get("no-such-group", ws), 404, "ResourceGroupNotFound");
  await fails(client.workspaces.beginCreateOrUpdateAndWait(group, ws, {}, quick), 400, "LocationRequired");
  await fails(client.workspaces.beginCreateOrUpdateAndWait(group, "bad_name_" + "x".repeat(30), { location: "westeurope" }, quick), 400, "ValidationError", /workspaceName/);
  const made = await client.workspaces.beginCreateOrUpdateAndWait(group, ws, { location: "westeurope", friendlyName: "Clients", description: "of the tests" }, quick);
  assert.deepEqual([made.name, made.provisioningState, made.friendlyName], [ws, "Succeeded", "Clients"]);
  assert.match(made.mlFlowTrackingUri, /^azureml:\/\/.*\/mlflow\/v1\.0\/subscriptions\//);
  assert.match(made.storageAccount, /\/storageAccounts\/[a-z0-9]{3,24}$/);
  wsId = made.id;
  assert.ok((await all(client.workspaces.listByResourceGroup(group))).some((w) => w.id === wsId));
  assert.ok((await all(client.workspaces.listBySubscription())).some((w) => w.id === wsId));
  const [blob] = await all(client.datastores.list(group, ws, { isDefault: true }));
  assert.deepEqual([blob.name, blob.properties.datastoreType], ["workspaceblobstore", "AzureBlob"]);
  await client.datastores.createOrUpdate(group, ws, "clients", { properties: { datastoreType: "AzureBlob", accountName: account, containerName: container, credentials: { credentialsType: "AccountKey", secrets: { secretsType: "AccountKey", key: "c2VjcmV0" } } } });
  const store = await client.datastores.get(group, ws, "clients");
  assert.equal(store.properties.credentials.secrets, undefined);
  assert.equal((await client.datastores.listSecrets(group, ws, "clients")).key, "c2VjcmV0");
  await fails(client.datastores.createOrUpdate(group, ws, "odd", { properties: { datastoreType: "Paper", credentials: { credentialsType: "None" } } }), 400, "ValidationError", /datastoreType/);
}

async function computes() {
  const { value: sizes } = await client.virtualMachineSizes.list("eastus");
  const size = sizes.find((s) => s.name === "Standard_DS3_v2") ?? sizes[0];
  assert.ok(size.vCPUs > 0 && size.memoryGB > 0 && size.estimatedVMPrices.values[0].retailPrice > 0, JSON.stringify(size));
  await fails(all(client.usages.list("eastus")), 400, "OperationNotSupported", /no quotas/);
  const cluster = await client.computeOperations.beginCreateOrUpdateAndWait(group, ws, "cluster", { location: "westeurope", properties: { computeType: "AmlCompute", properties: { vmSize: "STANDARD_D2_V2", scaleSettings: { maxNodeCount: 2 } } } }, quick);
  assert.deepEqual([cluster.properties.provisioningState, cluster.properties.properties.allocationState], ["Succeeded", "Steady"]);
  await client.computeOperations.beginCreateOrUpdateAndWait(group, ws, "notebook", { location: "westeurope", properties: { computeType: "ComputeInstance", properties: { vmSize: "STANDARD_D2_V2" } } }, quick);
  await client.computeOperations.beginStopAndWait(group, ws, "notebook", quick);
  assert.equal((await client.computeOperations.get(group, ws, "notebook")).properties.properties.state, "Stopped");
  await fails(client.jobs.createOrUpdate(group, ws, unique("idle"), { properties: { jobType: "Command", command: "true", environmentId: "e", computeId: `${wsId}/computes/notebook` } }), 409, "Conflict", /Stopped/);
  await client.computeOperations.beginStartAndWait(group, ws, "notebook", quick);
  await fails(client.computeOperations.beginStopAndWait(group, ws, "cluster", quick), 400, "OperationNotSupported");
  await client.computeOperations.beginDeleteAndWait(group, ws, "notebook", "Delete", quick);
  assert.deepEqual((await all(client.computeOperations.list(group, ws))).map((c) => c.name), ["cluster"]);
}

async function assets() {
  for (const version of ["1", "2", "3"]) await client.dataVersions.createOrUpdate(group, ws, "penguins", version, { properties: { dataType: "uri_file", dataUri: data("penguins.csv"), tags: { n: version } } });
  const held = await client.dataContainers.get(group, ws, "penguins");
  assert.deepEqual([held.properties.latestVersion, held.properties.nextVersion], ["3", "4"]);
  const pages = [];
  for await (const page of client.dataVersions.list(group, ws, "penguins", { top: 2 }).byPage()) pages.push(page.map((v) => v.name));
  assert.deepEqual(pages, [["3", "2"], ["1"]]);
  await client.dataVersions.createOrUpdate(group, ws, "penguins", "3", { properties: { dataType: "uri_file", dataUri: data("penguins.csv"), isArchived: true } });
  assert.equal((await all(client.dataVersions.list(group, ws, "penguins"))).length, 2);
  assert.equal((await all(client.dataVersions.list(group, ws, "penguins", { listViewType: "All" }))).length, 3);
  await fails(client.dataVersions.createOrUpdate(group, ws, "penguins", "1", { properties: { dataType: "uri_file", dataUri: data("other.csv") } }), 400, "ValidationError", /cannot be changed/);
  await fails(client.dataVersions.createOrUpdate(group, ws, "bad", "1", { properties: { dataType: "uri_file", dataUri: "ftp://nowhere" } }), 400, "ValidationError", /dataUri/);
  await client.environmentVersions.createOrUpdate(group, ws, "plain", "1", { properties: { image: "ubuntu:22.04" } });
  await client.codeVersions.createOrUpdate(group, ws, "scripts", "1", { properties: { codeUri: data("code") } });
  await client.componentVersions.createOrUpdate(group, ws, "step", "1", { properties: { componentSpec: { type: "command", command: "echo ${{inputs.a}}", inputs: { a: { type: "string" } } } } });
  await fails(client.componentVersions.createOrUpdate(group, ws, "step", "2", { properties: { componentSpec: { type: "command" } } }), 400, "ValidationError", /command/);
  await client.componentVersions.delete(group, ws, "step", "1");
  await fails(client.componentVersions.get(group, ws, "step", "1"), 404, "ResourceNotFound");
}

const environmentId = () => `${wsId}/environments/plain/versions/1`;
let trained;
// Version 2.1.1 of the client drops the uri of inputs and outputs on the way: what has them is sent as the service documents it.
const jobPath = (name) => `${wsId}/jobs/${name}?api-version=2022-10-01`;
const submit = async (name, properties) => {
  const reply = await arm("PUT", jobPath(name), { properties });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body;
};

async function commandJobs() {
  // The engine's own algorithm, on the PATH of every job.
  trained = unique("train");
  const created = await submit(trained, {
      jobType: "Command", displayName: "Penguins", experimentName: "penguins", environmentId: environmentId(), computeId: `${wsId}/computes/cluster`,
      command: "isobar-train --algorithm lightgbm --task multiclass --label species --train ${{inputs.train}} --model ${{outputs.model}} --rounds ${{inputs.rounds}} --min_rows_in_leaf 5",
      inputs: { train: { jobInputType: "uri_file", uri: `${wsId}/data/penguins/versions/1` }, rounds: { jobInputType: "literal", value: "30" } },
      outputs: { model: { jobOutputType: "custom_model" } },
      tags: { kind: "trees" },
  });
  assert.equal(created.properties.services.Tracking.jobServiceType, "Tracking");
  const job = await finished(trained);
  assert.equal(job.properties.status, "Completed", JSON.stringify(job.properties));
  assert.equal((await arm("GET", jobPath(trained))).body.properties.outputs.model.uri, `azureml://datastores/workspaceblobstore/paths/azureml/${trained}/model/`);
  assert.deepEqual((await all(client.jobs.list(group, ws, { tag: "kind=trees", jobType: "Command" }))).map((j) => j.name), [trained]);

  // A script of the user's own, with its code, an input, an output and what Azure tells it.
  const own = unique("own");
  await submit(own, {
      jobType: "Command", environmentId: environmentId(), codeId: `${wsId}/codes/scripts/versions/1`,
      command: "bash train.sh ${{inputs.train}} ${{outputs.result}} && echo $GREETING",
      environmentVariables: { GREETING: "well done" },
      inputs: { train: { jobInputType: "uri_file", uri: data("penguins.csv") } },
      outputs: { result: { jobOutputType: "uri_folder" } },
  });
  assert.equal((await finished(own)).properties.status, "Completed");
  // What it wrote is there for the next: its log, its outputs folder and its named output.
  const reader = unique("reader");
  await submit(reader, {
      jobType: "Command", environmentId: environmentId(),
      command: "set -e; cat ${{inputs.log}} > ${{outputs.all}}/all.txt; cat ${{inputs.artifacts}}/header.txt ${{inputs.result}}/words/greeting.txt >> ${{outputs.all}}/all.txt; grep -q 'run " + own + " in " + ws + " reads penguins.csv' ${{outputs.all}}/all.txt; grep -q 'tracking http://.*/mlflow/v1.0/subscriptions/.*/workspaces/" + ws + "' ${{outputs.all}}/all.txt; grep -q 'well done' ${{outputs.all}}/all.txt; grep -q species ${{outputs.all}}/all.txt; grep -q hello ${{outputs.all}}/all.txt",
      inputs: {
        log: { jobInputType: "uri_file", uri: `azureml://datastores/workspaceartifactstore/paths/ExperimentRun/dcid.${own}/user_logs/std_log.txt` },
        artifacts: { jobInputType: "uri_folder", uri: `azureml://jobs/${own}/outputs/artifacts/paths/outputs/` },
        result: { jobInputType: "uri_folder", uri: `azureml://jobs/${own}/outputs/result` },
      },
      outputs: { all: { jobOutputType: "uri_folder" } },
  });
  const readerJob = await finished(reader);
  assert.equal(readerJob.properties.status, "Completed", JSON.stringify(readerJob.properties));

  const failing = unique("fails");
  await client.jobs.createOrUpdate(group, ws, failing, { properties: { jobType: "Command", environmentId: environmentId(), command: "echo no; exit 3" } });
  const failed = await finished(failing);
  assert.equal(failed.properties.status, "Failed");
  assert.match(failed.properties.properties.error, /exit code: 3/);
  const slow = unique("slow");
  await client.jobs.createOrUpdate(group, ws, slow, { properties: { jobType: "Command", environmentId: environmentId(), command: "sleep 600" } });
  await client.jobs.beginCancelAndWait(group, ws, slow, quick);
  assert.equal((await client.jobs.get(group, ws, slow)).properties.status, "Canceled");
  await fails(client.jobs.beginCancelAndWait(group, ws, slow, quick), 400, "UserError");
  await client.jobs.beginDeleteAndWait(group, ws, slow, quick);
  await fails(client.jobs.get(group, ws, slow), 404, "ResourceNotFound");
  const bad = (properties) => client.jobs.createOrUpdate(group, ws, unique("bad"), { properties: { jobType: "Command", environmentId: environmentId(), command: "true", ...properties } });
  await fails(bad({ services: { lab: { jobServiceType: "JupyterLab" } } }), 400, "OperationNotSupported", /services\.lab/);
  // The client drops what its API version does not know.
  for (const [given, word] of [[{ notificationSetting: { emailOn: ["JobFailed"], emails: ["a@example.com"] } }, "emailOn"], [{ resources: { dockerArgs: "--gpus all" } }, "dockerArgs"]]) {
    const refused = await arm("PUT", jobPath(unique("bad")), { properties: { jobType: "Command", command: "true", environmentId: environmentId(), ...given } });
    assert.deepEqual([refused.status, refused.body.error.code], [400, "OperationNotSupported"], JSON.stringify(refused.body));
    assert.match(refused.body.error.target, new RegExp(word));
  }
  await fails(bad({ command: "cat ${{inputs.none}}" }), 400, "ValidationError", /inputs\.none/);
  const nowhere = await arm("PUT", jobPath(unique("bad")), { properties: { jobType: "Command", command: "true", environmentId: "e", inputs: { a: { jobInputType: "uri_file", uri: "azureml://datastores/none/paths/x" } } } });
  assert.deepEqual([nowhere.status, nowhere.body.error.code, nowhere.body.error.target], [400, "ValidationError", "properties.inputs.a.uri"]);
  await fails(bad({ computeId: `${wsId}/computes/none` }), 400, "ValidationError", /computeId/);
  await fails(client.jobs.createOrUpdate(group, "nothing", "x", { properties: { jobType: "Command", command: "true", environmentId: "e" } }), 404, "ResourceNotFound");
}

// Files that the user uploads himself, and what his job left, through the client of Blob Storage.
async function uploads() {
  const upload = await arm("POST", `${wsId}/codes/uploaded/versions/1/startPendingUpload?api-version=2023-04-01`, { pendingUploadType: "TemporaryBlobReference" });
  const { blobUri, credential: sas } = upload.body.blobReferenceForConsumption;
  await new ContainerClient(sas.sasUri).getBlockBlobClient("deep/say.sh").upload("echo from the upload; cat $1", 28);
  await client.codeVersions.createOrUpdate(group, ws, "uploaded", "1", { properties: { codeUri: blobUri } });
  const workspace = await client.workspaces.get(group, ws);
  const name = workspace.storageAccount.split("/").pop();
  const blobs = new BlobServiceClient(`${origin}/${name}`, new StorageSharedKeyCredential(name, "a2V5")).getContainerClient(`azureml-blobstore-${workspace.workspaceId}`);
  await blobs.getBlockBlobClient("mine/words.txt").upload("some words", 10);
  const job = unique("uploaded");
  await submit(job, { jobType: "Command", environmentId: environmentId(), codeId: `${wsId}/codes/uploaded/versions/1`, command: "bash deep/say.sh ${{inputs.words}}", inputs: { words: { jobInputType: "uri_file", uri: "azureml://datastores/workspaceblobstore/paths/mine/words.txt" } } });
  assert.equal((await finished(job)).properties.status, "Completed");
  const log = await blobs.getBlobClient(`ExperimentRun/dcid.${job}/user_logs/std_log.txt`).downloadToBuffer();
  assert.equal(log.toString(), "from the upload\nsome words\n");
  const [first] = await all(blobs.listBlobsFlat({ prefix: `azureml/${trained}/model/` }));
  assert.equal(first.name, `azureml/${trained}/model/model.json`);
}

async function models() {
  await client.modelVersions.createOrUpdate(group, ws, "penguins", "1", { properties: { modelType: "custom_model", modelUri: `azureml://jobs/${trained}/outputs/model`, jobName: trained, properties: { stage: "Staging" } } });
  await client.modelVersions.createOrUpdate(group, ws, "broken", "1", { properties: { modelType: "custom_model", modelUri: data("broken/model.onnx") } });
  await client.modelVersions.createOrUpdate(group, ws, "words", "1", { properties: { modelType: "custom_model", modelUri: data("words") } });
  assert.equal((await client.modelVersions.get(group, ws, "penguins", "1")).properties.modelType, "custom_model");
  await fails(client.modelVersions.createOrUpdate(group, ws, "odd", "1", { properties: { modelType: "clay_model", modelUri: data("x") } }), 400, "ValidationError", /modelType/);
  assert.deepEqual((await all(client.modelContainers.list(group, ws))).map((m) => m.name).sort(), ["broken", "penguins", "words"]);
}

async function onlineEndpoints() {
  const name = unique("ep").slice(0, 20);
  const endpoint = await client.onlineEndpoints.beginCreateOrUpdateAndWait(group, ws, name, { location: "westeurope", properties: { authMode: "Key" } }, quick);
  assert.equal(endpoint.properties.provisioningState, "Succeeded");
  assert.ok(endpoint.properties.scoringUri.endsWith("/score"));
  const deploy = (deployment, properties, more = {}) => client.onlineDeployments.beginCreateOrUpdateAndWait(group, ws, name, deployment, { location: "westeurope", sku: { name: "Default", capacity: 1 }, properties: { endpointComputeType: "Managed", instanceType: "Standard_DS3_v2", ...properties }, ...more }, quick);
  const blue = await deploy("blue", { model: `${wsId}/models/penguins/versions/1` });
  assert.equal(blue.properties.provisioningState, "Succeeded");
  const share = (traffic, more = {}) => client.onlineEndpoints.beginCreateOrUpdateAndWait(group, ws, name, { location: "westeurope", properties: { authMode: "Key", traffic, ...more } }, quick);
  await share({ blue: 100 });
  let keys = await client.onlineEndpoints.listKeys(group, ws, name);
  const ask = async (body, key = keys.primaryKey, headers = {}) => {
    const reply = await fetch(endpoint.properties.scoringUri, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
    return { status: reply.status, headers: reply.headers, body: await reply.json() };
  };
  const columns = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "year"];
  const split = { input_data: { columns, index: [0, 1], data: [["Torgersen", 39.1, 18.7, 181, 3750, "male", 2007], ["Biscoe", 50.0, 16.3, 230, 5700, "male", 2007]] } };
  const answer = await ask(split);
  assert.deepEqual([answer.status, answer.body], [200, ["Adelie", "Gentoo"]]);
  assert.equal(answer.headers.get("azureml-model-deployment"), "blue");
  const records = split.input_data.data.map((row) => Object.fromEntries(row.map((v, i) => [columns[i], v])));
  assert.deepEqual((await ask({ input_data: records }, keys.secondaryKey)).body, ["Adelie", "Gentoo"]);
  assert.equal((await ask(split, "wrong")).status, 401);
  const refused = await ask({ input_data: { columns: ["island"], data: [["Biscoe"]] } });
  assert.deepEqual([refused.status, refused.headers.get("ms-azureml-model-error-statuscode")], [424, "400"]);
  assert.match(refused.body.message, /bill_length_mm/);

  await client.onlineEndpoints.beginRegenerateKeysAndWait(group, ws, name, { keyType: "Primary" }, quick);
  assert.equal((await ask(split)).status, 401);
  keys = await client.onlineEndpoints.listKeys(group, ws, name);
  assert.equal((await ask(split)).status, 200);

  // A scoring script of the user's own.
  await deploy("green", { model: `${wsId}/models/words/versions/1`, codeConfiguration: { codeId: `${wsId}/codes/scripts/versions/1`, scoringScript: "score.py" }, environmentId: environmentId(), environmentVariables: { A: "b" } });
  const green = { "azureml-model-deployment": "green" };
  assert.deepEqual((await ask({ name: "Ada" }, keys.primaryKey, green)).body, { said: "good day Ada" });
  const broken = await ask({ other: 1 }, keys.primaryKey, green);
  assert.deepEqual([broken.status, broken.headers.get("ms-azureml-model-error-statuscode")], [424, "500"]);
  for (let i = 0; ; i++, await sleep(100)) {
    const { content } = await client.onlineDeployments.getLogs(group, ws, name, "green", { tail: 100 });
    if (/ready to say good day/.test(content) && /KeyError/.test(content)) break;
    assert.ok(i < 200, content);
  }
  await fails(share({ blue: 50, green: 40 }), 400, "ValidationError", /100/);
  await fails(share({ none: 100 }), 400, "ValidationError", /no deployment/);
  await share({ green: 100, blue: 0 });
  assert.deepEqual((await ask({ name: "Ada" })).body, { said: "good day Ada" });

  // What does not come into service says why, and leaves the rest as it was.
  const bad = await deploy("red", { model: `${wsId}/models/broken/versions/1` }).then(() => assert.fail("the broken model was deployed"), (e) => e);
  assert.match(bad.message, /failed|graph|model/i);
  assert.equal((await client.onlineDeployments.get(group, ws, name, "red")).properties.provisioningState, "Failed");
  assert.deepEqual((await ask({ name: "Ada" })).body, { said: "good day Ada" });
  await client.onlineDeployments.beginDeleteAndWait(group, ws, name, "red", quick);
  await fails(client.onlineDeployments.beginDeleteAndWait(group, ws, name, "green", quick), 409, "Conflict", /100 percent/);
  await client.onlineDeployments.beginDeleteAndWait(group, ws, name, "blue", quick);
  assert.deepEqual((await all(client.onlineDeployments.list(group, ws, name))).map((d) => d.name), ["green"]);
  await fails(deploy("odd", { model: data("nowhere/") }), 400, "ValidationError", /no files/);
  await fails(client.onlineDeployments.get(group, ws, name, "odd"), 404, "ResourceNotFound");
  await fails(client.onlineEndpoints.getToken(group, ws, name), 400, "OperationNotSupported");
  await client.onlineEndpoints.beginDeleteAndWait(group, ws, name, quick);
  assert.equal((await fetch(endpoint.properties.scoringUri, { method: "POST", body: "{}" })).status, 404);
}

async function cleanUp() {
  await client.workspaces.beginDeleteAndWait(group, ws, quick);
  await fails(client.workspaces.get(group, ws), 404, "ResourceNotFound");
  assert.equal((await arm("DELETE", `${groupPath}?api-version=2021-04-01`)).status, 202);
  assert.equal((await arm("HEAD", `${groupPath}?api-version=2021-04-01`)).status, 404);
}

for (const step of [resourceManager, identity, workspaces, computes, assets, commandJobs, uploads, models, onlineEndpoints, cleanUp]) {
  await step();
  console.log(step.name);
}
console.log("allDone");
