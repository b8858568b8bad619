// Blue and green behind one endpoint, mirrored traffic, collected data, and monitors that look at it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { all, arm, ask, blobs, client, completed, data, finished, group, put, quick, read, run, settled, unique, until, upload, ws, wsId } from "./azure-workspace.mjs";

const penguins = readFileSync(new URL("../../../data/datasets/penguins.csv", import.meta.url), "utf8").trim().split("\n");
const columns = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"];
const header = penguins[0].split(",");
const rows = penguins.slice(1).map((l) => l.split(",")).map((cells) => columns.map((c) => { const v = cells[header.indexOf(c)]; return v === "" || v === "NA" ? null : Number.isNaN(Number(v)) ? v : Number(v); })).filter((r) => !r.includes(null));
const name = unique("watched").slice(0, 20), path = `${wsId}/onlineEndpoints/${name}`;
let key, scoringUri;

const score = (body, deployment) => ask("POST", scoringUri, body, { authorization: `Bearer ${key}`, ...(deployment ? { "azureml-model-deployment": deployment } : {}) });
const collected = async (deployment, collection) => {
  const events = [];
  for (const blob of await all(blobs.listBlobsFlat({ prefix: `modelDataCollector/${name}/${deployment}/${collection}/` }))) events.push(...(await read(blob.name)).trim().split("\n").map((l) => JSON.parse(l)));
  return events;
};

async function blueAndGreen() {
  await upload("data/penguins.csv", penguins.join("\n"));
  const job = unique("train");
  await put(`${wsId}/jobs/${job}`, {
    jobType: "Command", environmentId: "azureml:any:1", command: "isobar-train --algorithm boosted-trees --task multiclass --label species --train ${{inputs.train}} --model ${{outputs.model}} --rounds 10",
    inputs: { train: { jobInputType: "uri_file", uri: data("data/penguins.csv") } }, outputs: { model: { jobOutputType: "custom_model" } },
  });
  await completed(job);
  await put(`${wsId}/models/penguins/versions/1`, { modelUri: `azureml://jobs/${job}/outputs/model`, modelType: "custom_model" });
  await put(path, { authMode: "Key" }, { location: "westeurope" });
  const deploy = async (deployment, more = {}) => {
    await put(`${path}/deployments/${deployment}`, { endpointComputeType: "Managed", model: `${wsId}/models/penguins/versions/1`, ...more }, { location: "westeurope", sku: { name: "Default", capacity: 1 } });
    assert.equal((await settled(`${path}/deployments/${deployment}`)).properties.provisioningState, "Succeeded");
  };
  const on = { dataCollectionMode: "Enabled" };
  await deploy("blue", { dataCollector: { collections: { model_inputs: on, model_outputs: { ...on, samplingRate: 1 } } } });
  await deploy("green", { dataCollector: { collections: { model_inputs: on, request: { dataCollectionMode: "Disabled" } } } });
  const bad = await arm("PUT", `${path}/deployments/red`, { location: "westeurope", properties: { endpointComputeType: "Managed", model: `${wsId}/models/penguins/versions/1`, dataCollector: { collections: { model_inputs: { ...on, samplingRate: 7 } } } } });
  assert.equal(bad.body.error.target, "properties.dataCollector.collections.model_inputs.samplingRate");
  await put(path, { authMode: "Key", traffic: { blue: 100, green: 0 }, mirrorTraffic: { green: 50 } }, { location: "westeurope" });
  await until(async () => (await arm("GET", path)).body, (e) => e.properties.provisioningState === "Succeeded", "the mirror");
  key = (await client.onlineEndpoints.listKeys(group, ws, name)).primaryKey;
  scoringUri = (await arm("GET", path)).body.properties.scoringUri;
}

// Everything as it was learnt, and then birds that are far too heavy on one island alone.
async function collection() {
  for (let i = 0; i < rows.length; i += 20) {
    const answer = await score({ input_data: { columns, data: rows.slice(i, i + 20) } });
    assert.deepEqual([answer.status, answer.headers.get("azureml-model-deployment")], [200, "blue"]);
  }
  const count = (events) => events.reduce((n, e) => n + e.data.length, 0);
  const events = await until(() => collected("blue", "model_inputs"), (e) => count(e) === rows.length, "collected inputs");
  const outputs = await until(() => collected("blue", "model_outputs"), (e) => count(e) === rows.length, "collected outputs");
  assert.deepEqual([events[0].specversion, events[0].collectdatatype, Object.keys(events[0].data[0])], ["1.0", "pandas.core.frame.DataFrame", columns]);
  const first = outputs.find((o) => o.correlationid === events[0].correlationid);
  assert.equal(first.data.length, events[0].data.length);
  assert.match(first.source, new RegExp(`/onlineendpoints/${name}/deployments/blue$`, "i"));
  // What was mirrored reached green alone, about every second request.
  assert.deepEqual(await collected("green", "request"), []);
}

const window = { inputDataType: "Rolling", jobInputType: "uri_folder", windowSize: "P1D", windowOffset: "PT0S" };
const fixed = (uri) => ({ inputDataType: "Fixed", jobInputType: "uri_file", uri: data(uri) });
const threshold = (dataType, metric, value) => ({ dataType, metric, threshold: { value } });
const monitor = (signals) => ({
  trigger: { triggerType: "Recurrence", frequency: "Minute", interval: 1, startTime: new Date(Date.now() - 58_000).toISOString().slice(0, 19) },
  action: { actionType: "CreateMonitor", monitorDefinition: { computeConfiguration: { computeType: "ServerlessSpark", instanceType: "standard_e4s_v3", runtimeVersion: "3.3", computeIdentity: { computeIdentityType: "AmlToken" } }, monitoringTarget: { taskType: "Classification", deploymentId: `azureml:${name}:blue` }, signals } },
});
const turn = async (signals) => {
  const schedule = unique("monitor");
  await put(`${wsId}/schedules/${schedule}`, monitor(signals));
  const [first] = await until(async () => (await arm("GET", `${wsId}/jobs?scheduleId=${schedule}`)).body.value, (t) => t.length > 0, "a run of the monitor");
  const job = await finished(first.name);
  await client.schedules.beginDeleteAndWait(group, ws, schedule, quick);
  return job;
};
const drift = { signalType: "DataDrift", productionData: { ...window, uri: data(`modelDataCollector/${name}/blue/model_inputs/`) }, referenceData: fixed("data/penguins.csv"), features: { filterType: "FeatureSubset", features: ["body_mass_g", "island", "flipper_length_mm"] },
  metricThresholds: [threshold("Numerical", "JensenShannonDistance", 0.2), threshold("Numerical", "NormalizedWassersteinDistance", 0.2), threshold("Categorical", "PopulationStabilityIndex", 0.2)] };

async function monitors() {
  const answers = { signalType: "PredictionDrift", productionData: { ...window, uri: data(`modelDataCollector/${name}/blue/model_outputs/`) }, referenceData: fixed("reference/answers.csv"), metricThresholds: [threshold("Categorical", "JensenShannonDistance", 0.1)] };
  await upload("reference/answers.csv", "prediction\n" + penguins.slice(1).map((l) => l.split(",")[header.indexOf("species")]).join("\n"));
  const calm = await turn({ inputs: drift, answers });
  assert.equal(calm.properties.status, "Completed", JSON.stringify(calm.properties));
  assert.equal(calm.properties.properties["azureml.monitorViolations"], "0");
  const report = JSON.parse(await read(`azureml/${calm.name}/signals/signals.json`)).results;
  assert.deepEqual(report.map((r) => `${r.signal}.${r.feature}.${r.metric}`).sort(), [
    "answers.prediction.JensenShannonDistance", "inputs.body_mass_g.JensenShannonDistance", "inputs.body_mass_g.NormalizedWassersteinDistance",
    "inputs.flipper_length_mm.JensenShannonDistance", "inputs.flipper_length_mm.NormalizedWassersteinDistance", "inputs.island.PopulationStabilityIndex"]);

  const heavy = rows.map((r) => columns.map((c, i) => (c === "island" ? "Dream" : c === "body_mass_g" ? r[i] * 2 : r[i])));
  for (let n = 0; n < 3; n++) assert.equal((await score({ input_data: { columns, data: heavy } })).status, 200);
  await until(() => collected("blue", "model_inputs"), (e) => e.reduce((n, x) => n + x.data.length, 0) === rows.length * 4, "the heavy birds");
  const quality = { signalType: "DataQuality", productionData: drift.productionData, referenceData: drift.referenceData, features: drift.features, metricThresholds: [threshold("Numerical", "OutOfBoundsRate", 0.1), threshold("Numerical", "NullValueRate", 0.1)] };
  const moved = await turn({ inputs: drift, quality });
  assert.equal(moved.properties.status, "Completed", JSON.stringify(moved.properties));
  const violated = JSON.parse(await read(`azureml/${moved.name}/signals/signals.json`)).results.filter((r) => r.isViolated).map((r) => `${r.feature}.${r.metric}`).sort();
  assert.deepEqual(violated, ["body_mass_g.JensenShannonDistance", "body_mass_g.NormalizedWassersteinDistance", "body_mass_g.OutOfBoundsRate", "island.PopulationStabilityIndex"]);
  assert.equal(moved.properties.properties["azureml.monitorViolations"], "4");

  const nothing = await turn({ inputs: { ...drift, productionData: { ...window, uri: data("modelDataCollector/nobody/blue/model_inputs/") } } });
  assert.equal(nothing.properties.status, "Failed");
  assert.match(nothing.properties.properties.error, /no rows/);
}

async function refusals() {
  const refused = async (signals, target) => {
    const reply = await arm("PUT", `${wsId}/schedules/${unique("bad")}`, { properties: monitor(signals) });
    assert.deepEqual([reply.status, reply.body.error.target], [400, target], reply.text);
  };
  const at = "properties.action.monitorDefinition.signals";
  await refused({}, at);
  await refused({ a: { ...drift, signalType: "FeatureAttributionDrift" } }, `${at}.a.signalType`);
  await refused({ a: { ...drift, metricThresholds: [threshold("Numerical", "Vibes", 1)] } }, `${at}.a.metricThresholds.metric`);
  await refused({ a: { ...drift, productionData: { ...window, uri: "ftp://x" } } }, `${at}.a.productionData.uri`);
  await refused({ a: { ...drift, productionData: { ...drift.productionData, windowSize: undefined } } }, `${at}.a.productionData.windowSize`);
}

await run(blueAndGreen, collection, monitors, refusals);
