// Long-running operations, pages and raw streams through Google's client for Vertex AI: get, list, wait, cancel, delete, and what is refused with which details.
import assert from "node:assert/strict";
import { v1 as AutoMl } from "@google-cloud/automl";
import { bucket, csv, fails, held, helpers, instance, learned, options, parent, run, settled, transport, unique, url, v1 } from "./vertex-setup.mjs";

const jobs = new v1.JobServiceClient(options);
const models = new v1.ModelServiceClient(options);
const endpoints = new v1.EndpointServiceClient(options);
const predictions = new v1.PredictionServiceClient(options);
// Its clients do not wait: they ask again and again.
const post = async (path) => {
  const answer = await fetch(new URL(`/v1/${path}`, url), { method: "POST" });
  return { status: answer.status, body: await answer.json() };
};
const collect = async (pages) => { const found = []; for await (const item of pages) found.push(item); return found; };

let endpoint, deploying, uploaded;
async function operations() {
  await bucket.file("train/penguins.csv").save(csv(learned), { resumable: false });
  const [job] = await jobs.createCustomJob({ parent, customJob: { displayName: unique("ops"), jobSpec: { baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/ops` }, workerPoolSpecs: [{ machineSpec: { machineType: "n1-standard-4" }, replicaCount: 1, containerSpec: { imageUri: "isobar/boosted-trees", args: ["--task=multiclass", "--label=species", "--rounds=10", `--train=gs://${bucket.name}/train/`] } }] } } });
  assert.equal((await settled(() => jobs.getCustomJob({ name: job.name }))).state, "JOB_STATE_SUCCEEDED");
  const [uploading] = await models.uploadModel({ parent, model: { displayName: "ops", artifactUri: `gs://${bucket.name}/ops/model`, containerSpec: { imageUri: "isobar/any" } } });
  [uploaded] = await uploading.promise();
  const [creating] = await endpoints.createEndpoint({ parent, endpoint: { displayName: "ops" } });
  [endpoint] = await creating.promise();
  [deploying] = await endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model: uploaded.model, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } } });
  // Waiting gives the operation back done, whoever asks and by which of its names.
  const waited = await post(`${deploying.name}:wait?timeout=30s`);
  assert.deepEqual([waited.status, waited.body.name, waited.body.done], [200, deploying.name, true]);
  assert.match(waited.body.response["@type"], /DeployModelResponse$/);
  const id = deploying.name.split("/").pop();
  const byEndpoint = await (await fetch(new URL(`/v1/${endpoint.name}/operations/${id}`, url))).json();
  assert.deepEqual([byEndpoint.name, byEndpoint.done], [deploying.name, true]);
  // The client's poller finds it again by its name alone.
  const again = await endpoints.checkDeployModelProgress(deploying.name);
  assert.equal(again.done, true);
  assert.equal(again.metadata.genericMetadata.createTime.seconds > 0, true);
}

async function listing() {
  const names = (await collect(endpoints.operationsClient.listOperationsAsync({ name: parent, filter: "", pageSize: 1 }))).map((o) => o.name);
  assert.ok(names.includes(deploying.name), names.join());
  assert.equal(new Set(names).size, names.length);
  // Below a resource stand those that were started on it.
  const own = (await collect(endpoints.operationsClient.listOperationsAsync({ name: endpoint.name, filter: "" }))).map((o) => o.name);
  assert.ok(own.includes(deploying.name) && own.length < names.length, own.join());
  const other = await (await fetch(new URL(`/v1/${uploaded.model.split("@")[0]}/operations`, url))).json();
  assert.deepEqual([other.operations?.length, other.operations?.[0].name === deploying.name], [1, false]);
  const first = await (await fetch(new URL(`/v1/${parent}/operations?pageSize=1`, url))).json();
  assert.equal(first.operations.length, 1);
  const second = await (await fetch(new URL(`/v1/${parent}/operations?pageSize=1&pageToken=${encodeURIComponent(first.nextPageToken)}`, url))).json();
  assert.notEqual(second.operations[0].name, first.operations[0].name);
  const nonsense = await fetch(new URL(`/v1/${parent}/operations?pageToken=nonsense`, url));
  const { error } = await nonsense.json();
  assert.deepEqual([nonsense.status, error.status, error.details[0].fieldViolations[0].field], [400, "INVALID_ARGUMENT", "page_token"]);
  const open = await (await fetch(new URL(`/v1/${parent}/operations?filter=${encodeURIComponent("done=false")}`, url))).json();
  assert.ok(!(open.operations ?? []).some((o) => o.done));
}

async function locations() {
  const all = await collect(endpoints.listLocationsAsync({ name: parent.split("/locations/")[0], pageSize: 10 }));
  assert.ok(all.length > 20 && all.some((l) => l.locationId === "us-central1"));
  const [one] = await endpoints.getLocation({ name: parent });
  assert.deepEqual([one.name, one.locationId], [parent, parent.split("/").pop()]);
  await fails(endpoints.getLocation({ name: parent.replace(/[^/]+$/, "atlantis-1") }), 5);
}

async function endings() {
  // What is done stays as it is, whoever cancels it.
  await endpoints.operationsClient.cancelOperation({ name: deploying.name });
  assert.equal((await endpoints.checkDeployModelProgress(deploying.name)).result.deployedModel !== undefined, true);
  const missing = `${parent}/operations/1`;
  for (const call of ["getOperation", "cancelOperation", "deleteOperation"]) await fails(endpoints.operationsClient[call]({ name: missing }), 5);
  assert.equal((await post(`${missing}:wait`)).status, 404);
  await endpoints.operationsClient.deleteOperation({ name: deploying.name });
  await fails(endpoints.operationsClient.getOperation({ name: deploying.name }), 5);
}

async function rawStreams() {
  const body = { instances: held.slice(0, 40).map((r) => instance(r)) };
  const streamed = await fetch(new URL(`/v1/${endpoint.name}:streamRawPredict`, url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.equal(streamed.status, 200);
  const whole = await streamed.json();
  assert.equal(whole.predictions.length, 40);
  const refused = await fetch(new URL(`/v1/${endpoint.name}:streamRawPredict`, url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ instances: [{ nonsense: 1 }] }) });
  assert.equal(refused.status, 400, await refused.text());
  if (transport !== "grpc") return;
  const ask = (data, name = endpoint.name) => collect(predictions.streamRawPredict({ endpoint: name, httpBody: { contentType: "application/json", data: Buffer.from(JSON.stringify(data)) } }));
  const pieces = await ask(body);
  assert.equal(pieces[0].contentType, "application/json");
  assert.deepEqual(JSON.parse(Buffer.concat(pieces.map((p) => p.data)).toString()).predictions.map((p) => p.label), whole.predictions.map((p) => p.label));
  // The client tries a stream that fails at once three times.
  await fails(ask({ instances: [{ nonsense: 1 }] }), 3);
}

// Work that goes on for long ends when its operation is cancelled, and the poller is told so.
async function cancelled() {
  if (transport !== "grpc") return;
  const client = new AutoMl.AutoMlClient(options);
  const [making] = await client.createDataset({ parent, dataset: { displayName: "texts", textClassificationDatasetMetadata: { classificationType: "MULTICLASS" } } });
  const [dataset] = await making.promise();
  const words = { sport: "match team goal coach league", money: "bank market shares profit interest" };
  const lines = Object.entries(words).flatMap(([kind, text]) => Array.from({ length: 60 }, (_, i) => `"${text.split(" ").toSorted((a, b) => ((a.length * (i + 3)) % 7) - ((b.length * (i + 5)) % 7)).join(" ")} ${i}",${kind}`));
  await bucket.file("texts.csv").save(lines.join("\n"), { resumable: false });
  const [importing] = await client.importData({ name: dataset.name, inputConfig: { gcsSource: { inputUris: [`gs://${bucket.name}/texts.csv`] } } });
  await importing.promise();
  const [training] = await client.createModel({ parent, model: { displayName: "cancelled", datasetId: dataset.name.split("/").pop(), textClassificationModelMetadata: {} } });
  // Waiting ends when the caller's patience does, and says that the work is under way.
  const early = await post(`${training.name}:wait?timeout=0.2s`);
  assert.deepEqual([early.status, early.body.name, early.body.done ?? false], [200, training.name, false], JSON.stringify(early.body));
  await training.cancel();
  const error = await training.promise().then(() => assert.fail("it was not cancelled"), (e) => e);
  assert.equal(error.code, 1, error.stack);
}

// What was read, changed and sent back whole: an etag of another state is refused, whatever the transport.
async function readModifyWrite() {
  const datasets = new v1.DatasetServiceClient(options);
  const [making] = await datasets.createDataset({ parent, dataset: { displayName: "read", metadataSchemaUri: "gs://google-cloud-aiplatform/schema/dataset/metadata/text_1.0.0.yaml" } });
  const [dataset] = await making.promise();
  const kinds = [
    [(more) => endpoints.updateEndpoint({ endpoint: more, updateMask: { paths: ["description"] } }), () => endpoints.getEndpoint({ name: endpoint.name })],
    [(more) => models.updateModel({ model: more, updateMask: { paths: ["description"] } }), () => models.getModel({ name: uploaded.model })],
    [(more) => datasets.updateDataset({ dataset: more, updateMask: { paths: ["description"] } }), () => datasets.getDataset({ name: dataset.name })],
  ];
  for (const [update, get] of kinds) {
    const [read] = await get();
    const [changed] = await update({ ...read, description: "one" });
    assert.equal(changed.description, "one");
    assert.notEqual(changed.etag, read.etag);
    await fails(update({ ...read, description: "two" }), 10, /etag/);
    assert.equal((await update({ name: read.name, description: "three" }))[0].description, "three");
  }
  const camel = await (await fetch(new URL(`/v1/${parent}/endpoints?readMask=displayName&pageSize=1`, url))).json();
  assert.deepEqual([camel.endpoints[0].displayName.length > 0, camel.endpoints[0].name], [true, ""]);
  const beta = await fetch(new URL(`/v1beta1/${parent}/endpoints`, url));
  assert.deepEqual([beta.status, (await beta.json()).error.status], [501, "UNIMPLEMENTED"]);
}

await run(operations, listing, locations, endings, rawStreams, readModifyWrite, cancelled);
