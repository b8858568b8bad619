// Train, register, deploy, predict, log and clean up through Google's client for Vertex AI. The argument says how it speaks: grpc or rest.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import aiplatform from "@google-cloud/aiplatform";
import { Storage } from "@google-cloud/storage";
import { grpc } from "google-gax";

const transport = process.argv[2] ?? "grpc";
const url = new URL(process.env.ISOBAR_GOOGLE_ENDPOINT);
const options = transport === "grpc"
  ? { apiEndpoint: url.hostname, port: Number(url.port), sslCreds: grpc.credentials.createInsecure() }
  : { apiEndpoint: url.hostname, port: Number(url.port), protocol: "http", fallback: true };
const { JobServiceClient, ModelServiceClient, EndpointServiceClient, PredictionServiceClient, helpers } = { ...aiplatform.v1, helpers: aiplatform.helpers };
const jobs = new JobServiceClient(options);
const models = new ModelServiceClient(options);
const endpoints = new EndpointServiceClient(options);
const predictions = new PredictionServiceClient(options);
const parent = `projects/${process.env.GOOGLE_CLOUD_PROJECT}/locations/us-central1`;
const bucket = new Storage().bucket("vertex-" + randomBytes(6).toString("hex"));
const unique = (name) => `${name}-${randomBytes(4).toString("hex")}`;
// Over REST the client passes the HTTP status on.
const http = { 3: 400, 5: 404, 9: 400, 12: 501 };
const fails = async (promise, code, text) => {
  const error = await promise.then(() => assert.fail(`${code} expected`), (e) => e);
  assert.equal(Number(error.code), transport === "grpc" ? code : http[code], error.stack);
  if (text) assert.match(error.message, text);
  return error;
};
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const finished = async (name) => {
  for (let i = 0; i < 600; i++) {
    const [job] = await jobs.getCustomJob({ name });
    if (["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"].includes(job.state)) return job;
    await sleep(200);
  }
  assert.fail(`${name} did not end`);
};
const pool = (containerSpec) => [{ machineSpec: { machineType: "n1-standard-4" }, replicaCount: 1, containerSpec }];

const lines = readFileSync(fileURLToPath(new URL("../../../data/datasets/penguins.csv", import.meta.url)), "utf8").trim().split(/\r?\n/);
const columns = lines[0].split(",");
const rows = lines.slice(1).filter((l) => !l.split(",").includes("NA")).map((l) => l.split(","));
const label = columns.indexOf("species");
const held = rows.filter((_, i) => i % 5 === 0);
const csv = (some) => [columns.join(","), ...some.map((r) => r.join(","))].join("\n") + "\n";
let model, endpoint, artifactUri;

async function customJobs() {
  await bucket.create();
  await bucket.file("train/penguins.csv").save(csv(rows.filter((_, i) => i % 5 !== 0)), { resumable: false });
  await bucket.file("validation/penguins.csv").save(csv(held), { resumable: false });
  const displayName = unique("penguins");
  const [created] = await jobs.createCustomJob({
    parent,
    customJob: {
      displayName,
      labels: { team: "blue" },
      jobSpec: {
        baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/out` },
        workerPoolSpecs: pool({ imageUri: "us-docker.pkg.dev/any/isobar/boosted-trees:latest", args: ["--task=multiclass", "--label=species", "--rounds=30", "--min_rows_in_leaf=5", `--train=gs://${bucket.name}/train/`, `--validation=gs://${bucket.name}/validation/`] }),
      },
    },
  });
  assert.match(created.name, /^projects\/[^/]+\/locations\/us-central1\/customJobs\/\d+$/);
  const job = await finished(created.name);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  assert.ok(job.startTime && job.endTime && job.createTime);
  assert.deepEqual((await jobs.listCustomJobs({ parent, filter: `display_name="${displayName}" AND labels.team=blue` }))[0].map((j) => j.name), [created.name]);
  assert.equal((await jobs.listCustomJobs({ parent, filter: `display_name="${displayName}" AND NOT state="JOB_STATE_SUCCEEDED"` }))[0].length, 0);
  artifactUri = `gs://${bucket.name}/out/model`;
  assert.ok((await bucket.file("out/model/model.tar.gz").exists())[0]);

  const bad = await fails(jobs.createCustomJob({ parent, customJob: { displayName, jobSpec: { workerPoolSpecs: pool({ imageUri: "isobar/nothing" }) } } }), 3, /image_uri/);
  const detail = transport === "grpc" ? bad.statusDetails[0].fieldViolations[0] : JSON.parse(bad.message.replace(/^[^{]*/, "")).error.details[0].fieldViolations[0];
  assert.equal(detail.field, "custom_job.job_spec.worker_pool_specs[0].container_spec.image_uri");
  await fails(jobs.getCustomJob({ name: `${parent}/customJobs/1` }), 5);
  // Over REST the client itself refuses what fits no path.
  if (transport === "grpc") await fails(jobs.getCustomJob({ name: "nonsense" }), 3);
}

async function ownCode() {
  const script = 'echo "project $CLOUD_ML_PROJECT_ID job $CLOUD_ML_JOB_ID"; echo "{}" > $SM_MODEL_DIR/weights.json; echo "to $AIP_MODEL_DIR"';
  const [created] = await jobs.createCustomJob({ parent, customJob: { displayName: unique("own"), jobSpec: { baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/own` }, workerPoolSpecs: pool({ imageUri: "python:3", command: ["bash", "-c", script] }) } } });
  const job = await finished(created.name);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  assert.ok((await bucket.file("own/model/model.tar.gz").exists())[0]);
  const id = created.name.split("/").pop();
  const read = async () => (await (await fetch(new URL("/v2/entries:list", url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ resourceNames: [`projects/${process.env.GOOGLE_CLOUD_PROJECT}`], filter: `resource.type="ml_job" AND resource.labels.job_id="${id}"` }) })).json()).entries ?? [];
  let entries = [];
  for (let i = 0; i < 100 && entries.length < 2; i++, await sleep(100)) entries = await read();
  assert.equal(entries[0].textPayload, `project ${process.env.GOOGLE_CLOUD_PROJECT} job ${id}`);
  assert.equal(entries[1].textPayload, `to gs://${bucket.name}/own/model/`);
  const [failing] = await jobs.createCustomJob({ parent, customJob: { displayName: unique("fails"), jobSpec: { workerPoolSpecs: pool({ imageUri: "python:3", command: ["bash", "-c", "exit 3"] }) } } });
  assert.equal((await finished(failing.name)).state, "JOB_STATE_FAILED");
  const [slow] = await jobs.createCustomJob({ parent, customJob: { displayName: unique("slow"), jobSpec: { workerPoolSpecs: pool({ imageUri: "python:3", command: ["sleep", "600"] }) } } });
  await jobs.cancelCustomJob({ name: slow.name });
  assert.equal((await finished(slow.name)).state, "JOB_STATE_CANCELLED");
  const [deletion] = await jobs.deleteCustomJob({ name: failing.name });
  await deletion.promise();
  await fails(jobs.getCustomJob({ name: failing.name }), 5);
}

async function modelVersions() {
  const upload = async (request) => {
    const [operation] = await models.uploadModel({ parent, ...request });
    return (await operation.promise())[0];
  };
  const containerSpec = { imageUri: "isobar/boosted-trees" };
  const first = await upload({ model: { displayName: "penguins", artifactUri, containerSpec, labels: { a: "b" } } });
  model = first.model;
  assert.equal(first.modelVersionId, "1");
  const second = await upload({ parentModel: model, model: { displayName: "penguins", artifactUri, containerSpec, versionAliases: ["candidate"] } });
  assert.deepEqual([second.model, second.modelVersionId], [model, "2"]);
  assert.equal((await models.getModel({ name: model }))[0].versionId, "1");
  assert.equal((await models.getModel({ name: `${model}@candidate` }))[0].versionId, "2");
  const [moved] = await models.mergeVersionAliases({ name: `${model}@2`, versionAliases: ["default", "-candidate"] });
  assert.deepEqual(moved.versionAliases, ["default"]);
  assert.equal((await models.getModel({ name: model }))[0].versionId, "2");
  assert.deepEqual((await models.listModelVersions({ name: model, orderBy: "create_time" }))[0].map((m) => m.versionId), ["1", "2"]);
  assert.ok((await models.listModels({ parent, filter: 'display_name="penguins"' }))[0].some((m) => m.name === model));
  const [renamed] = await models.updateModel({ model: { name: model, displayName: "renamed", labels: { c: "d" } }, updateMask: { paths: ["display_name", "labels"] } });
  assert.deepEqual([renamed.displayName, renamed.labels], ["renamed", { c: "d" }]);
  await fails(models.updateModel({ model: { name: model, displayName: "x" }, updateMask: { paths: ["artifact_uri"] } }), 3, /update_mask/);
  await fails(models.uploadModel({ parent, model: { displayName: "none", artifactUri: `gs://${bucket.name}/nowhere`, containerSpec } }), 9);
}

async function serving() {
  const [creating] = await endpoints.createEndpoint({ parent, endpoint: { displayName: "penguins" } });
  [endpoint] = await creating.promise();
  const deploy = async (version, trafficSplit, id) => {
    const [operation] = await endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { id, model: `${model}@${version}`, displayName: `v${version}`, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } }, trafficSplit });
    return (await operation.promise())[0].deployedModel;
  };
  const one = await deploy(1, { 0: 100 });
  const instances = held.map((r) => Object.fromEntries(columns.map((c, i) => [c, r[i]]).filter(([c]) => c !== "species").map(([c, v]) => [c, v !== "" && !Number.isNaN(Number(v)) ? Number(v) : v])));
  const [answer] = await predictions.predict({ endpoint: endpoint.name, instances: instances.map((i) => helpers.toValue(i)) });
  assert.equal(answer.deployedModelId, one.id);
  assert.equal(answer.modelVersionId, "1");
  const found = answer.predictions.map((p) => helpers.fromValue(p).label);
  assert.equal(found.length, held.length);
  assert.ok(found.filter((p, i) => String(p) === held[i][label]).length >= 0.95 * held.length, JSON.stringify(found.slice(0, 5)));

  const [raw] = await predictions.rawPredict({ endpoint: endpoint.name, httpBody: { contentType: "application/json", data: Buffer.from(JSON.stringify({ instances: instances.slice(0, 2) })) } });
  const rawBody = raw.data ? Buffer.from(raw.data).toString() : JSON.stringify(raw);
  if (transport === "grpc") assert.equal(JSON.parse(rawBody).predictions.length, 2);
  const plain = await fetch(new URL(`/v1/${endpoint.name}:rawPredict`, url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ instances: instances.slice(0, 3) }) });
  assert.equal((await plain.json()).predictions.length, 3);
  assert.equal(plain.headers.get("x-vertex-ai-deployed-model-id"), one.id);
  const json = await (await fetch(new URL(`/v1/${endpoint.name}:predict`, url), { method: "POST", body: JSON.stringify({ instances: instances.slice(0, 3) }) })).json();
  assert.deepEqual([json.predictions.length, json.deployedModelId, json.modelVersionId], [3, one.id, "1"]);

  await fails(predictions.predict({ endpoint: endpoint.name, instances: [helpers.toValue({ nonsense: 1 })] }), 3);
  await fails(predictions.predict({ endpoint: `${parent}/endpoints/7`, instances: [helpers.toValue(1)] }), 5);
  await fails(endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model, dedicatedResources: { minReplicaCount: 1 } }, trafficSplit: { 0: 70 } }), 3, /100/);
  const two = await deploy(2, { 0: 0, [one.id]: 100 }, "777");
  assert.equal(two.id, "777");
  const [both] = await endpoints.getEndpoint({ name: endpoint.name });
  assert.deepEqual([both.deployedModels.length, both.trafficSplit], [2, { [one.id]: 100, 777: 0 }]);
  await endpoints.updateEndpoint({ endpoint: { name: endpoint.name, trafficSplit: { [one.id]: 0, 777: 100 } }, updateMask: { paths: ["traffic_split"] } });
  const [shifted] = await predictions.predict({ endpoint: endpoint.name, instances: [helpers.toValue(instances[0])] });
  assert.equal(shifted.deployedModelId, "777");
  const [mutating] = await endpoints.mutateDeployedModel({ endpoint: endpoint.name, deployedModel: { id: "777", dedicatedResources: { minReplicaCount: 2, maxReplicaCount: 2 } }, updateMask: { paths: ["dedicated_resources.min_replica_count"] } });
  assert.equal((await mutating.promise())[0].deployedModel.dedicatedResources.minReplicaCount, 2);
  await fails(models.deleteModel({ name: model }), 9, /deployed/);
  await fails(endpoints.deleteEndpoint({ name: endpoint.name }), 9, /[Uu]ndeploy/);
  for (const id of [one.id, "777"]) {
    const [undeploying] = await endpoints.undeployModel({ endpoint: endpoint.name, deployedModelId: id });
    await undeploying.promise();
  }
  await fails(predictions.predict({ endpoint: endpoint.name, instances: [helpers.toValue(instances[0])] }), 5);
}

async function batchPredictions() {
  const named = held.map((r) => JSON.stringify(Object.fromEntries(columns.map((c, i) => [c, r[i]]).filter(([c]) => c !== "species").map(([c, v]) => [c, v !== "" && !Number.isNaN(Number(v)) ? Number(v) : v]))));
  await bucket.file("batch/a.jsonl").save(named.slice(0, 20).join("\n"), { resumable: false });
  await bucket.file("batch/b.jsonl").save(named.slice(20).join("\n") + "\n", { resumable: false });
  await bucket.file("rows/a.csv").save(csv(held.map((r) => r)).split("\n").map((l) => l.split(",").filter((_, i) => i !== label).join(",")).join("\n"), { resumable: false });
  await bucket.file("broken/a.jsonl").save(named[0] + "\nnot json\n", { resumable: false });
  const run = async (uri, instancesFormat, more = {}) => {
    const [created] = await jobs.createBatchPredictionJob({ parent, batchPredictionJob: {
      displayName: unique("batch"), model: `${model}@1`, labels: { team: "red" }, dedicatedResources: { machineSpec: { machineType: "n1-standard-4" }, startingReplicaCount: 1 },
      inputConfig: { instancesFormat, gcsSource: { uris: [uri].flat() } }, outputConfig: { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: `gs://${bucket.name}/predicted` } }, ...more } });
    for (let i = 0; i < 600; i++, await sleep(200)) {
      const [job] = await jobs.getBatchPredictionJob({ name: created.name });
      if (["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"].includes(job.state)) return job;
    }
    assert.fail("the batch prediction did not end");
  };
  const outputs = async (job) => {
    const [files] = await bucket.getFiles({ prefix: job.outputInfo.gcsOutputDirectory.replace(`gs://${bucket.name}/`, "") });
    const texts = await Promise.all(files.map(async (f) => (await f.download())[0].toString()));
    return { names: files.map((f) => f.name.split("/").pop()), lines: texts.join("").trim().split("\n").map((l) => JSON.parse(l)) };
  };
  const job = await run(`gs://${bucket.name}/batch/*`, "jsonl");
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  assert.deepEqual([Number(job.completionStats.successfulCount), job.modelVersionId], [held.length, "1"]);
  const { names, lines: predicted } = await outputs(job);
  assert.deepEqual(names, ["prediction.results-00000-of-00002", "prediction.results-00001-of-00002"]);
  assert.deepEqual(predicted.map((l) => l.instance), named.map((n) => JSON.parse(n)));
  assert.ok(predicted.filter((l, i) => String(l.prediction.label) === held[i][label]).length >= 0.95 * held.length);
  assert.ok((await jobs.listBatchPredictionJobs({ parent, filter: 'labels.team=red AND state="JOB_STATE_SUCCEEDED"' }))[0].some((j) => j.name === job.name));

  const rowwise = await run(`gs://${bucket.name}/rows/a.csv`, "csv");
  assert.equal(rowwise.state, "JOB_STATE_SUCCEEDED", rowwise.error?.message);
  assert.deepEqual((await outputs(rowwise)).lines.map((l) => l.prediction.label), predicted.map((l) => l.prediction.label));

  // A record that cannot be predicted goes to the errors, with why, and the others are predicted.
  const several = await run([`gs://${bucket.name}/batch/[ab].jsonl`, `gs://${bucket.name}/broken/?.jsonl`], "jsonl");
  assert.equal(several.state, "JOB_STATE_SUCCEEDED", several.error?.message);
  assert.deepEqual([Number(several.completionStats.successfulCount), Number(several.completionStats.failedCount)], [held.length + 1, 1]);
  const { names: all, lines: mixed } = await outputs(several);
  assert.deepEqual(all.map((n) => n.replace("prediction.", "")), ["errors_stats-00002-of-00003", ...[0, 1, 2].map((i) => `results-0000${i}-of-00003`)]);
  const refused = mixed.filter((l) => l.error);
  assert.deepEqual(refused.map((l) => [l.instance, l.error.code]), [["not json", 3]]);
  assert.match(refused[0].error.message, /record 2 is not JSON/);

  await bucket.file("keyed/a.jsonl").save(named.slice(0, 3).map((n, i) => JSON.stringify({ id: `k${i}`, note: "x", ...JSON.parse(n) })).join("\n"), { resumable: false });
  const keyed = await run(`gs://${bucket.name}/keyed/*`, "jsonl", { instanceConfig: { keyField: "id", excludedFields: ["note"] } });
  assert.equal(keyed.state, "JOB_STATE_SUCCEEDED", keyed.error?.message);
  assert.deepEqual((await outputs(keyed)).lines.map((l) => [Object.keys(l), l.key, l.prediction.label]), predicted.slice(0, 3).map((l, i) => [["key", "prediction"], `k${i}`, l.prediction.label]));
  const arrays = await run(`gs://${bucket.name}/keyed/*`, "jsonl", { instanceConfig: { instanceType: "array", includedFields: columns.filter((c) => c !== "species") } });
  assert.deepEqual((await outputs(arrays)).lines.map((l) => [Array.isArray(l.instance), l.prediction.label]), predicted.slice(0, 3).map((l) => [true, l.prediction.label]));

  await bucket.file("hopeless/a.jsonl").save("{\n[\n", { resumable: false });
  const broken = await run(`gs://${bucket.name}/hopeless/a.jsonl`, "jsonl");
  assert.equal(broken.state, "JOB_STATE_FAILED");
  assert.match(broken.error.message, /record 1 is not JSON/);
  await fails(run(`gs://${bucket.name}/nowhere/*`, "jsonl"), 3, /no object is there/);
  await fails(run(`gs://${bucket.name}/batch/*`, "parquet"), 3, /instances_format/);
  await fails(run(`gs://${bucket.name}/batch/*`, "tf-record"), 12, /tf-record/);
  await fails(run(`gs://${bucket.name}/batch/*`, "jsonl", { instanceConfig: { includedFields: ["a"], excludedFields: ["b"] } }), 3, /excluded_fields/);
  const [deleting] = await jobs.deleteBatchPredictionJob({ name: broken.name });
  await deleting.promise();
  await fails(jobs.getBatchPredictionJob({ name: broken.name }), 5);
}

async function unsupported() {
  await fails(jobs.createNasJob({ parent, nasJob: { displayName: "x" } }), 12);
}

async function cleanUp() {
  const [dropping] = await endpoints.deleteEndpoint({ name: endpoint.name });
  await dropping.promise();
  await fails(endpoints.getEndpoint({ name: endpoint.name }), 5);
  const [deleting] = await models.deleteModel({ name: model });
  await deleting.promise();
  await fails(models.getModel({ name: model }), 5);
  await bucket.deleteFiles();
  await bucket.delete();
}

for (const flow of [customJobs, ownCode, modelVersions, batchPredictions, serving, unsupported, cleanUp]) {
  await flow();
  console.log(flow.name);
}
