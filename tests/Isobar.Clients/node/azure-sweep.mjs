// Sweep jobs: grid, random and bayesian sampling over command jobs that log their metric to MLflow, and early termination.
import assert from "node:assert/strict";
import { arm, ask, client, completed, data, finished, group, http, put, read, run, unique, until, upload, workspace, ws, wsId } from "./azure-workspace.mjs";

const tracking = http + new URL(workspace.properties.mlFlowTrackingUri.replace("azureml:", "http:")).pathname;
const mlflow = async (path, body) => (await ask("POST", `${tracking}/api/2.0/mlflow/${path}`, body)).body;
// Logs what it is told, and keeps what it was given.
const script = `
import json, os, sys, time, urllib.request
def log(value, step=0):
    body = {"run_id": os.environ["MLFLOW_RUN_ID"], "key": "loss", "value": value, "timestamp": int(time.time() * 1000), "step": step}
    request = urllib.request.Request(os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/log-metric", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request).read()
x, y, steps, wait = float(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
for step in range(steps):
    log((x - 0.3) ** 2 + {"a": 1, "b": 0}[y] + 1 / (step + 1), step)
with open(os.path.join(sys.argv[5], "given.txt"), "w") as file:
    file.write(f"{x} {y}")
# One that is far behind would go on for minutes.
if wait == "yes" and y == "a":
    time.sleep(600)
`;

const trial = (wait) => ({ command: `python3 try.py \${{search_space.x}} \${{search_space.y}} \${{inputs.steps}} ${wait} \${{outputs.model}}`, codeId: `${wsId}/codes/src/versions/1`, environmentId: "azureml:any:1" });
const sweep = (properties) => ({
  jobType: "Sweep", experimentName: "sweeps", objective: { goal: "Minimize", primaryMetric: "loss" }, trial: trial("no"),
  inputs: { steps: { jobInputType: "literal", value: "2" } }, outputs: { model: { jobOutputType: "uri_folder" } }, ...properties,
});
const children = async (name) => (await arm("GET", `${wsId}/jobs?parentJobName=${name}`)).body.value;

async function grid() {
  await upload("src/try.py", script);
  await put(`${wsId}/codes/src/versions/1`, { codeUri: data("src") });
  const name = unique("grid");
  const made = await client.jobs.createOrUpdate(group, ws, name, { properties: sweep({ searchSpace: { x: ["choice", [[0.1, 0.3]]], y: ["choice", [["a", "b"]]] }, samplingAlgorithm: { samplingAlgorithmType: "Grid" }, limits: { jobLimitsType: "Sweep", maxConcurrentTrials: 2 } }) });
  assert.equal(made.properties.limits.maxTotalTrials, 4);
  const done = await completed(name);
  const trials = await children(name);
  assert.deepEqual(trials.map((t) => t.name).sort(), [0, 1, 2, 3].map((n) => `${name}_${n}`));
  const best = trials.find((t) => t.properties.inputs.x.value === "0.3" && t.properties.inputs.y.value === "b");
  assert.deepEqual([done.properties.properties.best_child_run_id, done.properties.properties.score], [best.name, "0.5"]);
  assert.equal(done.properties.outputs.model.uri, best.properties.outputs.model.uri);
  assert.equal(await read(`azureml/${best.name}/model/given.txt`), "0.3 b");
  // What it found is found by the sweep's own name.
  await put(`${wsId}/models/found/versions/1`, { modelUri: `azureml://jobs/${name}/outputs/model`, modelType: "custom_model" });
  assert.ok(!(await arm("GET", `${wsId}/jobs`)).body.value.some((j) => j.name === best.name), "trials are listed with their sweep");
  const { run: root } = (await ask("GET", `${tracking}/api/2.0/mlflow/runs/get?run_id=${name}`)).body;
  const { runs } = await mlflow("runs/search", { experiment_ids: [root.info.experiment_id], filter: `tags.mlflow.parentRunId = '${name}'`, order_by: ["metrics.loss ASC"] });
  assert.deepEqual([runs.length, runs[0].info.run_id, runs[0].data.params.find((p) => p.key === "x").value], [4, best.name, "0.3"]);
}

async function randomAndBayesian() {
  const [random, bayesian] = [unique("random"), unique("bayes")];
  await put(`${wsId}/jobs/${random}`, sweep({ searchSpace: { x: ["quniform", [0, 1, 0.25]], y: ["choice", ["a", "b"]] }, samplingAlgorithm: { samplingAlgorithmType: "Random", seed: 7 }, limits: { jobLimitsType: "Sweep", maxTotalTrials: 2, maxConcurrentTrials: 2, trialTimeout: "PT1M" } }));
  await put(`${wsId}/jobs/${bayesian}`, sweep({ searchSpace: { x: ["uniform", [0, 1]], y: ["choice", ["a", "b"]] }, samplingAlgorithm: { samplingAlgorithmType: "Bayesian" }, limits: { jobLimitsType: "Sweep", maxTotalTrials: 4, maxConcurrentTrials: 1 } }));
  for (const name of [random, bayesian]) assert.match((await completed(name)).properties.properties.best_child_run_id, new RegExp(`^${name}_\\d$`));
  for (const { properties } of await children(random)) assert.ok(Number.isInteger(Number(properties.inputs.x.value) * 4), properties.inputs.x.value);
  assert.equal((await children(bayesian)).length, 4);
}

async function earlyTermination() {
  const name = unique("bandit");
  await put(`${wsId}/jobs/${name}`, sweep({ trial: trial("yes"), searchSpace: { x: ["choice", [0.3]], y: ["choice", ["b", "a"]] }, samplingAlgorithm: { samplingAlgorithmType: "Grid" }, earlyTermination: { policyType: "Bandit", slackFactor: 0.2, evaluationInterval: 1 }, limits: { jobLimitsType: "Sweep", maxConcurrentTrials: 1 } }));
  await completed(name);
  const trials = await children(name);
  assert.deepEqual(trials.map((t) => [t.properties.inputs.y.value, t.properties.status]).sort(), [["a", "Canceled"], ["b", "Completed"]]);
}

async function cancel() {
  const name = unique("stopped");
  await put(`${wsId}/jobs/${name}`, sweep({ trial: trial("yes"), searchSpace: { x: ["choice", [0.3]], y: ["choice", ["a"]] }, samplingAlgorithm: { samplingAlgorithmType: "Grid" } }));
  await until(async () => await children(name), (t) => t[0]?.properties.status === "Running", "a trial");
  await client.jobs.beginCancelAndWait(group, ws, name, { updateIntervalInMs: 100 });
  assert.deepEqual([(await finished(name)).properties.status, (await children(name))[0].properties.status], ["Canceled", "Canceled"]);
  await client.jobs.beginDeleteAndWait(group, ws, name, { updateIntervalInMs: 100 });
  assert.equal((await arm("GET", `${wsId}/jobs/${name}_0`)).status, 404);
}

async function refusals() {
  const refused = async (properties, target) => {
    const reply = await arm("PUT", `${wsId}/jobs/${unique("bad")}`, { properties: sweep({ searchSpace: { x: ["uniform", [0, 1]], y: ["choice", ["a"]] }, samplingAlgorithm: { samplingAlgorithmType: "Random" }, ...properties }) });
    assert.deepEqual([reply.status, reply.body.error.target], [400, target], reply.text);
  };
  await refused({ searchSpace: {} }, "properties.searchSpace");
  await refused({ searchSpace: { x: ["uniform", [1, 0]], y: ["choice", ["a"]] } }, "properties.searchSpace.x");
  await refused({ searchSpace: { x: ["zipf", [1]], y: ["choice", ["a"]] } }, "properties.searchSpace.x");
  await refused({ samplingAlgorithm: { samplingAlgorithmType: "Grid" } }, "properties.searchSpace.x");
  await refused({ samplingAlgorithm: { samplingAlgorithmType: "Psychic" } }, "properties.samplingAlgorithm.samplingAlgorithmType");
  await refused({ objective: { goal: "Maximize" } }, "properties.objective.primaryMetric");
  await refused({ trial: { command: "echo ${{search_space.z}}", environmentId: "e" } }, "properties.trial.command");
  await refused({ trial: { environmentId: "e" } }, "properties.trial.command");
  await refused({ earlyTermination: { policyType: "Bandit" } }, "properties.earlyTermination");
}

await run(grid, randomAndBayesian, earlyTermination, cancel, refusals);
