// MLflow at a workspace's tracking URI: npm's client, raw requests where that client has no words, and code within a job.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import MLflow from "mlflow";
import { all, arm, ask, client, completed, data, group, http, put, quick, read, run, settled, unique, upload, workspace, ws, wsId } from "./azure-workspace.mjs";

const tracking = http + new URL(workspace.properties.mlFlowTrackingUri.replace("azureml:", "http:")).pathname;
// The client prints every body it sends.
const print = console.log;
console.log = (text, ...rest) => typeof text === "string" && text.startsWith("{") ? undefined : print(text, ...rest);
const flow = new MLflow({ endpoint: tracking });
const raw = async (method, path, body) => {
  const query = method === "GET" && body ? "?" + new URLSearchParams(Object.entries(body).flatMap(([k, v]) => [v].flat().map((x) => [k, x]))) : "";
  return ask(method, `${tracking}/api/2.0/mlflow/${path}${query}`, method === "GET" ? undefined : body);
};
const ok = async (method, path, body) => {
  const reply = await raw(method, path, body);
  assert.equal(reply.status, 200, `${path}: ${reply.text}`);
  return reply.body;
};
const refused = async (method, path, body, status, code) => {
  const reply = await raw(method, path, body);
  assert.deepEqual([reply.status, reply.body.error_code], [status, code], reply.text);
  return reply.body.message;
};
let experiment;

async function experiments() {
  const made = await flow.Experiments.create({ name: "birds" });
  experiment = made.experiment_id;
  await assert.rejects(flow.Experiments.create({ name: "birds" }), /RESOURCE_ALREADY_EXISTS/);
  const { experiment: found } = await flow.Experiments.get({ experiment_id: experiment });
  assert.deepEqual([found.name, found.lifecycle_stage], ["birds", "active"]);
  assert.deepEqual((await flow.Experiments.list()).experiments.map((e) => e.name).sort(), ["Default", "birds"]);
  await flow.Experiments.update({ experiment_id: experiment, new_name: "sea birds" });
  await flow.Experiments.delete({ experiment_id: experiment });
  await assert.rejects(flow.Runs.create({ experiment_id: experiment }), /deleted/);
  assert.deepEqual((await ok("POST", "experiments/search", { view_type: "DELETED_ONLY" })).experiments.map((e) => e.name), ["sea birds"]);
  await flow.Experiments.restore({ experiment_id: experiment });
  await ok("POST", "experiments/set-experiment-tag", { experiment_id: experiment, key: "team", value: "blue" });
  assert.deepEqual((await ok("POST", "experiments/search", { filter: "tags.team = 'blue' and name LIKE 'sea%'" })).experiments.map((e) => e.experiment_id), [experiment]);
  assert.equal((await ok("GET", "experiments/get-by-name", { experiment_name: "Default" })).experiment.experiment_id, "0");
  await refused("GET", "experiments/get-by-name", { experiment_name: "none" }, 404, "RESOURCE_DOES_NOT_EXIST");
  await refused("POST", "no/such", {}, 404, "ENDPOINT_NOT_FOUND");
}

async function runs() {
  const made = [];
  for (const [rate, rmse] of [[0.1, 3], [0.2, 1], [0.3, 2]]) {
    const { run: { info } } = await flow.Runs.create({ experiment_id: experiment, start_time: Date.now(), tags: [{ key: "mlflow.runName", value: `rate ${rate}` }] });
    await flow.Runs.logParameter({ run_id: info.run_id, key: "rate", value: String(rate) });
    for (let step = 0; step < 3; step++) await flow.Runs.logMetric({ run_id: info.run_id, key: "rmse", value: rmse + 2 - step, timestamp: 1700000000000 + step, step });
    made.push(info.run_id);
  }
  const [first] = made;
  await flow.Runs.logBatch({ run_id: first, metrics: [{ key: "mae", value: 0.5, timestamp: 1, step: 0 }, { key: "odd", value: "NaN", timestamp: 1, step: 0 }], params: [{ key: "depth", value: "3" }], tags: [{ key: "kind", value: "trees" }] });
  assert.equal((await ask("POST", `${tracking}/api/2.0/mlflow/runs/log-batch`, `{"run_id":"${first}","metrics":[{"key":"far","value":-Infinity,"timestamp":1,"step":0}]}`)).status, 200);
  await flow.Runs.setTag({ run_id: first, key: "gone", value: "soon" });
  await flow.Runs.deleteTag({ run_id: first, key: "gone" });
  await flow.Runs.update({ run_id: first, status: "FINISHED", end_time: 1700000009000 });
  const { run: found } = await flow.Runs.get({ run_id: first });
  assert.deepEqual([found.info.status, found.info.end_time, found.info.run_name], ["FINISHED", 1700000009000, "rate 0.1"]);
  assert.deepEqual(found.data.metrics.map((m) => [m.key, m.value, m.step]), [["far", "-Infinity", 0], ["mae", 0.5, 0], ["odd", "NaN", 0], ["rmse", 3, 2]]);
  assert.deepEqual(found.data.params, [{ key: "depth", value: "3" }, { key: "rate", value: "0.1" }]);
  assert.deepEqual(found.data.tags.map((t) => t.key), ["kind", "mlflow.runName"]);
  await assert.rejects(flow.Runs.logParameter({ run_id: first, key: "rate", value: "9" }), /written once/);
  assert.deepEqual((await flow.Metrics.getHistory({ run_id: first, metric_key: "rmse" })).metrics.map((m) => m.value), [5, 4, 3]);
  const search = async (query) => (await flow.Runs.search({ experiment_ids: [experiment], ...query })).runs.map((r) => made.indexOf(r.info.run_id));
  assert.deepEqual(await search({ filter: "metrics.rmse < 3", order_by: ["metrics.rmse ASC"] }), [1, 2]);
  assert.deepEqual(await search({ filter: "params.rate = '0.3' or metrics.rmse < 3" }).catch((e) => /joined by and/.test(e.message)), true);
  assert.deepEqual(await search({ filter: "tags.kind ILIKE 'TREE%' and attributes.status = 'FINISHED'" }), [0]);
  assert.deepEqual(await search({ filter: "attributes.run_name IN ('rate 0.2', 'rate 0.3')", order_by: ["params.rate DESC"] }), [2, 1]);
  const page = await flow.Runs.search({ experiment_ids: [experiment], max_results: 2, order_by: ["attributes.start_time ASC"] });
  assert.deepEqual(await search({ max_results: 2, order_by: ["attributes.start_time ASC"], page_token: page.next_page_token }), [2]);
  await flow.Runs.delete({ run_id: made[2] });
  assert.equal((await search({})).length, 2);
  await assert.rejects(flow.Runs.logMetric({ run_id: made[2], key: "x", value: 1, timestamp: 1 }), /deleted/);
  await flow.Runs.restore({ run_id: made[2] });
  assert.equal((await search({})).length, 3);
  await refused("GET", "runs/get", { run_id: "none" }, 404, "RESOURCE_DOES_NOT_EXIST");
  await refused("POST", "runs/log-metric", { run_id: first, key: "a", value: "much" }, 400, "INVALID_PARAMETER_VALUE");
}

// A job's code, as it would log from anywhere: the environment tells it where and as which run.
const script = `
import json, os, urllib.request
uri, run = os.environ["MLFLOW_TRACKING_URI"], os.environ["MLFLOW_RUN_ID"]
def call(path, body=None, method="POST", raw=None):
    request = urllib.request.Request(uri + "/api/2.0/" + path, method=method, data=raw if raw is not None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        return json.loads(reply.read())
call("mlflow/runs/update", {"run_id": run, "status": "RUNNING"})
call("mlflow/runs/log-batch", {"run_id": run, "params": [{"key": "by", "value": "python"}], "metrics": [{"key": "loss", "value": 1 / (s + 1), "timestamp": 1700000000000 + s, "step": s} for s in range(4)]})
artifacts = "mlflow-artifacts/artifacts/ExperimentRun/dcid." + run + "/model/"
call(artifacts + "MLmodel", method="PUT", raw=b"flavors:\\n  onnx:\\n    data: model.onnx\\n")
for name in os.listdir(os.environ["AZURE_ML_OUTPUT_model"]):
    with open(os.path.join(os.environ["AZURE_ML_OUTPUT_model"], name), "rb") as file:
        call(artifacts + name, method="PUT", raw=file.read())
call("mlflow/registered-models/create", {"name": "birds"})
call("mlflow/model-versions/create", {"name": "birds", "source": "runs:/" + run + "/model", "run_id": run})
call("mlflow/runs/update", {"run_id": run, "status": "FINISHED"})
`;
let job;

async function aJobsOwnRun() {
  await upload("birds/penguins.csv", readFileSync(new URL("../../../data/datasets/penguins.csv", import.meta.url)));
  await upload("src/log.py", script);
  await put(`${wsId}/codes/src/versions/1`, { codeUri: data("src") });
  job = unique("logs");
  await put(`${wsId}/jobs/${job}`, {
    jobType: "Command", experimentName: "jobs", displayName: "Trees that log", environmentId: "azureml:any:1", codeId: `${wsId}/codes/src/versions/1`, tags: { kind: "mine" },
    command: "isobar-train --algorithm boosted-trees --task multiclass --label species --train ${{inputs.train}} --model ${{outputs.model}} --rounds ${{inputs.rounds}} && python3 log.py",
    inputs: { train: { jobInputType: "uri_file", uri: data("birds/penguins.csv") }, rounds: { jobInputType: "literal", value: "10" } }, outputs: { model: { jobOutputType: "custom_model" } },
  });
  const early = await ok("GET", "runs/get", { run_id: job });
  assert.ok(["SCHEDULED", "RUNNING", "FINISHED"].includes(early.run.info.status));
  await completed(job);
  const { run: found } = await ok("GET", "runs/get", { run_id: job });
  assert.deepEqual([found.info.status, found.info.run_name, found.info.artifact_uri], ["FINISHED", "Trees that log", `mlflow-artifacts:/ExperimentRun/dcid.${job}`]);
  const metrics = Object.fromEntries(found.data.metrics.map((m) => [m.key, m]));
  assert.deepEqual([metrics.loss.value, metrics.loss.step], [0.25, 3]);
  assert.ok(Object.keys(metrics).length > 1, "the engine's own metrics of the fit are the run's too");
  assert.deepEqual(Object.fromEntries(found.data.params.map((p) => [p.key, p.value])), { by: "python", rounds: "10" });
  const { experiment: theirs } = await ok("GET", "experiments/get-by-name", { experiment_name: "jobs" });
  assert.deepEqual((await ok("POST", "runs/search", { experiment_ids: [theirs.experiment_id], filter: "metrics.loss < 0.3 and tags.kind = 'mine'" })).runs.map((r) => r.info.run_id), [job]);
}

async function artifacts() {
  const names = async (path) => (await flow.Artifacts.list({ run_id: job, path })).files.map((f) => f.path).sort();
  assert.deepEqual(await names(), ["model", "user_logs"]);
  assert.deepEqual(await names("model"), ["model/MLmodel", "model/model.json", "model/model.onnx"]);
  const proxy = `${tracking}/api/2.0/mlflow-artifacts/artifacts`;
  assert.match((await ask("GET", `${proxy}/ExperimentRun/dcid.${job}/model/MLmodel`)).text, /onnx/);
  assert.deepEqual((await ask("GET", `${proxy}?path=ExperimentRun/dcid.${job}/model`)).body.files.map((f) => f.path).sort(), ["MLmodel", "model.json", "model.onnx"]);
  assert.match(await read(`ExperimentRun/dcid.${job}/model/MLmodel`), /onnx/);
  assert.equal((await ask("PUT", `${proxy}/ExperimentRun/dcid.${job}/notes/a b.txt`, "hello")).status, 200);
  assert.equal((await ask("GET", `${proxy}/ExperimentRun/dcid.${job}/notes/a%20b.txt`)).text, "hello");
  assert.equal((await ask("DELETE", `${proxy}/ExperimentRun/dcid.${job}/notes`)).status, 200);
  assert.equal((await ask("GET", `${proxy}/ExperimentRun/dcid.${job}/notes/a%20b.txt`)).body.error_code, "RESOURCE_DOES_NOT_EXIST");
  assert.equal((await ask("PUT", `${proxy}/ExperimentRun/%2e%2e%2fescape`, "x")).status, 400);
}

async function registry() {
  const model = await client.modelVersions.get(group, ws, "birds", "1");
  assert.deepEqual([model.properties.modelType, model.properties.jobName], ["mlflow_model", job]);
  await ok("POST", "model-versions/create", { name: "birds", source: `mlflow-artifacts:/ExperimentRun/dcid.${job}/model`, tags: [{ key: "by", value: "hand" }] });
  await ok("POST", "model-versions/transition-stage", { name: "birds", version: "1", stage: "Production" });
  await ok("POST", "model-versions/transition-stage", { name: "birds", version: "2", stage: "Production", archive_existing_versions: true });
  await ok("POST", "registered-models/alias", { name: "birds", alias: "champion", version: "2" });
  assert.equal((await ok("GET", "registered-models/alias", { name: "birds", alias: "champion" })).model_version.version, "2");
  await ok("PATCH", "registered-models/update", { name: "birds", description: "Three kinds" });
  const { registered_model: found } = await ok("GET", "registered-models/get", { name: "birds" });
  assert.deepEqual(found.latest_versions.map((v) => [v.version, v.current_stage]).sort(), [["1", "Archived"], ["2", "Production"]]);
  assert.deepEqual([found.description, found.aliases], ["Three kinds", [{ alias: "champion", version: "2" }]]);
  assert.deepEqual((await ok("GET", "registered-models/get-latest-versions", { name: "birds", stages: ["Production", "Staging"] })).model_versions.map((v) => v.version), ["2"]);
  assert.deepEqual((await ok("GET", "model-versions/search", { filter: `name = 'birds' and run_id = '${job}'` })).model_versions.map((v) => v.version), ["1"]);
  assert.deepEqual((await ok("GET", "model-versions/search", { filter: "tags.by = 'hand'" })).model_versions.map((v) => v.version), ["2"]);
  assert.equal((await ok("GET", "model-versions/get-download-uri", { name: "birds", version: "1" })).artifact_uri, `mlflow-artifacts:/ExperimentRun/dcid.${job}/model`);
  await refused("POST", "registered-models/create", { name: "birds" }, 400, "RESOURCE_ALREADY_EXISTS");
  await refused("POST", "model-versions/create", { name: "none", source: "runs:/x/model" }, 404, "RESOURCE_DOES_NOT_EXIST");
  await put(`${wsId}/models/plain/versions/4`, { modelUri: data("birds"), modelType: "custom_model" });
  assert.deepEqual((await ok("GET", "registered-models/search", { filter: "name LIKE 'pl%'" })).registered_models.map((m) => m.latest_versions[0].version), ["4"]);
  await ok("DELETE", "model-versions/delete", { name: "birds", version: "2" });
  await refused("GET", "registered-models/alias", { name: "birds", alias: "champion" }, 404, "RESOURCE_DOES_NOT_EXIST");
}

// The model that the job logged answers at an endpoint.
async function deployed() {
  const name = unique("birds").slice(0, 20), path = `${wsId}/onlineEndpoints/${name}`;
  await put(path, { authMode: "Key" }, { location: "westeurope" });
  await put(`${path}/deployments/blue`, { endpointComputeType: "Managed", model: `${wsId}/models/birds/versions/1` }, { location: "westeurope", sku: { name: "Default", capacity: 1 } });
  assert.equal((await settled(`${path}/deployments/blue`)).properties.provisioningState, "Succeeded");
  const keys = await client.onlineEndpoints.listKeys(group, ws, name);
  const columns = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "year"];
  const scored = await ask("POST", (await arm("GET", path)).body.properties.scoringUri, { input_data: { columns, data: [["Torgersen", 39.1, 18.7, 181, 3750, "male", 2007], ["Biscoe", 50.0, 16.3, 230, 5700, "male", 2007]] } }, { authorization: `Bearer ${keys.primaryKey}`, "azureml-model-deployment": "blue" });
  assert.deepEqual(scored.body, ["Adelie", "Gentoo"]);
  await client.onlineEndpoints.beginDeleteAndWait(group, ws, name, quick);
  assert.equal((await all(client.onlineEndpoints.list(group, ws))).length, 0);
}

await run(experiments, runs, aJobsOwnRun, artifacts, registry, deployed);
