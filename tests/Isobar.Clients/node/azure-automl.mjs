// Automated machine learning through Microsoft's client for Azure Machine Learning: search, look at the trials, register the best, deploy it, ask it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { all, arm, blobs, client, completed, data, finished, group, quick, read, run, unique, upload, workspace, ws, wsId } from "./azure-workspace.mjs";

const [penguins] = process.argv.slice(2);
const jobs = `${wsId}/jobs`;
const table = (path) => ({ jobInputType: "mltable", uri: data(path) });
const tracking = workspace.properties.mlFlowTrackingUri.replace("azureml://", "https://");

// Microsoft's client leaves the uri out of a job's data inputs, whose types it does not find in its own table: such a job is sent as JSON.
async function submit(name, taskDetails, more = {}) {
  const reply = await arm("PUT", `${jobs}/${name}`, { properties: { jobType: "AutoML", experimentName: "searches", taskDetails, ...more } });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body;
}
async function refused(taskDetails, text, code = "OperationNotSupported") {
  const reply = await arm("PUT", `${jobs}/${unique("refused")}`, { properties: { jobType: "AutoML", taskDetails } });
  assert.equal(reply.status, 400, JSON.stringify(reply.body));
  assert.equal(reply.body.error.code, code, reply.body.error.message);
  assert.match(reply.body.error.message, text);
}
const trialsOf = async (name) => (await arm("GET", `${jobs}?parentJobName=${name}`)).body.value;
const runOf = async (id) => (await (await fetch(`${tracking}/api/2.0/mlflow/runs/get?run_id=${id}`)).json()).run;
const metricsOf = async (id) => Object.fromEntries((await runOf(id)).data.metrics.map((m) => [m.key, m.value]));

async function deploy(name, modelUri) {
  const model = await client.modelVersions.createOrUpdate(group, ws, name, "1", { properties: { modelType: "mlflow_model", modelUri } });
  await client.onlineEndpoints.beginCreateOrUpdateAndWait(group, ws, name, { location: "westeurope", properties: { authMode: "Key" } }, quick);
  await client.onlineDeployments.beginCreateOrUpdateAndWait(group, ws, name, "blue", { location: "westeurope", sku: { name: "Default", capacity: 1 }, properties: { endpointComputeType: "Managed", model: model.id, instanceType: "Standard_DS3_v2" } }, quick);
  await client.onlineEndpoints.beginCreateOrUpdateAndWait(group, ws, name, { location: "westeurope", properties: { authMode: "Key", traffic: { blue: 100 } } }, quick);
  const endpoint = await client.onlineEndpoints.get(group, ws, name);
  const { primaryKey } = await client.onlineEndpoints.listKeys(group, ws, name);
  return async (input_data) => {
    const reply = await fetch(endpoint.properties.scoringUri, { method: "POST", headers: { authorization: `Bearer ${primaryKey}`, "content-type": "application/json" }, body: JSON.stringify({ input_data }) });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    return JSON.parse(text);
  };
}

// Classes of a table: an MLTable with validation data of its own, some algorithms alone, a deployed best.
async function classification() {
  const [header, ...rows] = readFileSync(penguins, "utf8").trim().split("\n");
  const usable = rows.filter((r) => !r.includes("NA"));
  await upload("penguins/train/train.csv", [header, ...usable.filter((_, i) => i % 4 !== 0)].join("\n"));
  await upload("penguins/train/MLTable", "type: mltable\npaths:\n  - file: ./train.csv\ntransformations:\n  - read_delimited:\n      delimiter: ','\n      encoding: ascii\n      header: all_files_same_headers\n");
  await upload("penguins/held/held.csv", [header, ...usable.filter((_, i) => i % 4 === 0)].join("\n"));
  await upload("penguins/held/MLTable", "paths:\n  - pattern: ./*.csv\ntransformations:\n  - read_delimited: {delimiter: ','}\n");
  const name = unique("penguins");
  const created = await submit(name, {
    taskType: "Classification", targetColumnName: "species", primaryMetric: "NormMacroRecall", trainingData: table("penguins/train"), validationData: table("penguins/held"), testData: table("penguins/held"),
    limitSettings: { maxTrials: 4, timeout: "PT5M", trialTimeout: "PT1M" }, featurizationSettings: { mode: "Custom", columnNameAndTypes: { island: "Categorical", sex: "Ignore" } },
    trainingSettings: { allowedTrainingAlgorithms: ["LightGBM", "LogisticRegression", "KNN"], blockedTrainingAlgorithms: ["KNN"], enableModelExplainability: true, enableStackEnsemble: true },
  }, { outputs: { best_model: { jobOutputType: "mlflow_model", uri: data("best/penguins") } } });
  assert.equal(created.properties.taskDetails.limitSettings.enableEarlyTermination, true);
  assert.equal(created.properties.taskDetails.trainingSettings.enableStackEnsemble, false);
  const job = await completed(name);
  assert.equal(job.properties.jobType, "AutoML");
  const trials = await trialsOf(name);
  assert.equal(trials.length, 5);
  assert.deepEqual(new Set(trials.map((t) => t.properties.properties.run_algorithm)), new Set(["LightGBM", "LogisticRegression", "VotingEnsemble"]));
  const best = trials.find((t) => t.name === job.properties.properties.best_child_run_id);
  const scores = trials.map((t) => Number(t.properties.properties.score));
  assert.equal(Number(best.properties.properties.score), Math.max(...scores));
  assert.ok(Math.max(...scores) > 0.9, `norm_macro_recall ${scores}`);
  const metrics = await metricsOf(best.name);
  assert.equal(metrics.norm_macro_recall, Number(best.properties.properties.score));
  for (const metric of ["accuracy", "AUC_weighted", "average_precision_score_weighted", "precision_score_weighted", "f1_score_macro", "log_loss"]) assert.ok(metric in metrics, `${metric} of ${Object.keys(metrics)}`);
  const own = await metricsOf(name);
  assert.equal(own.norm_macro_recall, metrics.norm_macro_recall);
  assert.ok(own.test_accuracy > 0.9, `test accuracy ${own.test_accuracy}`);
  assert.equal((await runOf(best.name)).data.tags.find((t) => t.key === "mlflow.parentRunId").value, name);
  const files = await all(blobs.listBlobsFlat({ prefix: "best/penguins/" }));
  assert.deepEqual(files.map((f) => f.name.split("/").pop()).sort(), ["MLmodel", "model.json", "model.onnx"]);

  // The best, and a trial that was not.
  const columns = header.split(",").filter((c) => c !== "species" && c !== "sex"), at = columns.map((c) => header.split(",").indexOf(c));
  const asked = usable.filter((_, i) => i % 4 === 0).map((r) => r.split(","));
  const value = (v) => (v === "" ? null : Number.isNaN(Number(v)) ? v : Number(v));
  const rowsOf = (cells) => columns.map((_, i) => value(cells[at[i]]));
  const ask = await deploy(unique("best"), `azureml://jobs/${best.name}/outputs/artifacts/paths/outputs/mlflow-model/`);
  const answers = await ask({ columns, data: asked.map(rowsOf) });
  const right = answers.filter((a, i) => a === asked[i][header.split(",").indexOf("species")]).length;
  assert.ok(right / asked.length > 0.9, `${right} of ${asked.length}`);
  const other = trials.find((t) => t.properties.properties.run_algorithm === "LogisticRegression");
  const askOther = await deploy(unique("other"), `azureml://jobs/${other.name}/outputs/artifacts/paths/outputs/mlflow-model/`);
  assert.equal((await askOther({ columns, data: [rowsOf(asked[0])] })).length, 1);
}

// Numbers of a plain file, by folds; a small budget is kept to.
async function regression() {
  const lines = ["a,b,kind,y"];
  for (let i = 0; i < 300; i++) lines.push(`${i % 17},${(i * 7) % 23},${["x", "y", "z"][i % 3]},${(i % 17) * 3 - ((i * 7) % 23) + (i % 3) * 10}`);
  await upload("numbers/numbers.csv", lines.join("\n"));
  const name = unique("numbers");
  await submit(name, { taskType: "Regression", targetColumnName: "y", primaryMetric: "R2Score", nCrossValidations: { mode: "Custom", value: 3 }, trainingData: { jobInputType: "uri_file", uri: data("numbers/numbers.csv") }, limitSettings: { maxTrials: 30, timeout: "PT4M", exitScore: 0.9 }, trainingSettings: { enableVoteEnsemble: false } });
  const job = await completed(name);
  assert.ok(Number(job.properties.properties.score) >= 0.9, job.properties.properties.score);
  const trials = await trialsOf(name);
  assert.ok(trials.length < 30, "what is good enough ends the search");
  const metrics = await metricsOf(job.properties.properties.best_child_run_id);
  for (const metric of ["r2_score", "normalized_root_mean_squared_error", "normalized_mean_absolute_error", "spearman_correlation", "root_mean_squared_error"]) assert.ok(metric in metrics, metric);
  const ask = await deploy(unique("numbers"), job.properties.outputs.best_model?.uri ?? data(`azureml/${name}/best_model/`));
  const [y] = await ask({ columns: ["a", "b", "kind"], data: [[5, 3, "y"]] });
  assert.ok(Math.abs(y - (15 - 3 + 10)) < 8, `${y}`);
}

async function texts() {
  const good = ["a lovely film with a clever story", "what a joy to watch from start to end", "great acting and a warm heart"], bad = ["a dull film with a stupid story", "what a pain to sit through to the end", "terrible acting and no heart at all"];
  const rows = ["review,mood"];
  for (let i = 0; i < 60; i++) rows.push(`${(i % 2 ? good : bad)[(i >> 1) % 3]} number ${i},${i % 2 ? "happy" : "sad"}`);
  await upload("reviews/reviews.csv", rows.join("\n"));
  await upload("reviews/MLTable", "paths:\n  - file: ./reviews.csv\ntransformations:\n  - read_delimited: {}\n");
  const name = unique("reviews");
  await submit(name, { taskType: "TextClassification", targetColumnName: "mood", trainingData: table("reviews"), limitSettings: { maxTrials: 2, timeout: "PT4M" } });
  const job = await completed(name);
  const ask = await deploy(unique("reviews"), data(`azureml/${name}/best_model/`));
  assert.deepEqual(await ask({ columns: ["review"], data: [["a lovely story with great acting"], ["a stupid and terrible film"]] }), ["happy", "sad"]);
  assert.equal((await metricsOf(job.properties.properties.best_child_run_id)).accuracy > 0.8, true);
}

async function forecasts() {
  const sales = (item, day) => (item === "tea" ? 50 : 200) * (day % 7 > 4 ? 2 : 1) + day / 10;
  const date = (day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
  const rows = ["item,day,sales"];
  for (const item of ["tea", "milk"]) for (let d = 0; d < 120; d++) rows.push(`${item},${date(d)},${sales(item, d)}`);
  await upload("sales/past.csv", rows.join("\n"));
  const name = unique("sales");
  await submit(name, { taskType: "Forecasting", targetColumnName: "sales", trainingData: { jobInputType: "uri_file", uri: data("sales/past.csv") }, limitSettings: { maxTrials: 4, timeout: "PT4M" }, forecastingSettings: { timeColumnName: "day", timeSeriesIdColumnNames: ["item"], frequency: "D", forecastHorizon: { mode: "Custom", value: 7 } } });
  const job = await completed(name);
  assert.ok("normalized_root_mean_squared_error" in (await metricsOf(job.properties.properties.best_child_run_id)));
  const ask = await deploy(unique("sales"), data(`azureml/${name}/best_model/`));
  const { predictions } = await ask({ columns: ["item", "day", "sales"], data: rows.slice(1).map((r) => r.split(",")).map(([i, d, s]) => [i, d, Number(s)]) });
  assert.equal(predictions.length, 14);
  for (const { item, day, mean } of predictions) {
    const truth = sales(item, (Date.parse(day.replace(" ", "T") + "Z") - Date.UTC(2024, 0, 1)) / 86400000);
    assert.ok(Math.abs(mean - truth) < 0.15 * truth, `${item} ${day}: ${mean} instead of ${truth}`);
  }
}

const crcs = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
function chunk(type, body) {
  const all = Buffer.concat([Buffer.from(type), body]), out = Buffer.alloc(all.length + 8);
  let crc = 0xffffffff;
  for (const byte of all) crc = crcs[(crc ^ byte) & 255] ^ (crc >>> 8);
  out.writeUInt32BE(body.length, 0); all.copy(out, 4); out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, all.length + 4);
  return out;
}
// A PNG of stripes that lie or stand, in two colours that the seed gives.
function stripes(lying, seed) {
  const size = 96, period = 8 + (seed * 5) % 17, rows = Buffer.alloc(size * (size * 3 + 1));
  const ink = [seed * 37 % 100, seed * 59 % 100, seed * 83 % 100], paper = ink.map((c) => 255 - c);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      ((lying ? y : x) % period < period / 2 ? ink : paper).forEach((c, i) => { rows[y * (size * 3 + 1) + 1 + x * 3 + i] = c; });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0); head.writeUInt32BE(size, 4); head[8] = 8; head[9] = 2;
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

async function pictures() {
  const list = [];
  for (let seed = 1; seed <= 8; seed++)
    for (const kind of ["lying", "standing"]) {
      await upload(`stripes/pictures/${kind}-${seed}.png`, stripes(kind === "lying", seed));
      list.push(JSON.stringify({ image_url: seed % 2 ? `./pictures/${kind}-${seed}.png` : data(`stripes/pictures/${kind}-${seed}.png`), image_details: { format: "png", width: "96px", height: "96px" }, label: kind }));
    }
  await upload("stripes/annotations.jsonl", list.join("\n"));
  await upload("stripes/MLTable", "paths:\n  - file: ./annotations.jsonl\ntransformations:\n  - read_json_lines:\n      encoding: utf8\n      invalid_lines: error\n      include_path_column: false\n  - convert_column_types:\n      - columns: image_url\n        column_type: stream_info\n");
  const name = unique("stripes");
  await submit(name, { taskType: "ImageClassification", targetColumnName: "label", primaryMetric: "accuracy", trainingData: table("stripes"), limitSettings: { maxTrials: 2, timeout: "PT4M" } });
  await completed(name);
  const ask = await deploy(unique("stripes"), data(`azureml/${name}/best_model/`));
  for (const kind of ["lying", "standing"]) {
    const [{ probs, labels }] = await ask({ columns: ["image"], data: [[stripes(kind === "lying", 21).toString("base64")]] });
    assert.equal(labels[probs.indexOf(Math.max(...probs))], kind);
  }
}

// A search as a node: the data comes of the node before it, the model goes to the node behind it.
async function node() {
  const name = unique("chain");
  const literal = (value) => ({ job_input_type: "literal", value });
  const component = { inputs: { from: { type: "uri_folder" } }, outputs: { out: { type: "uri_folder" } } };
  const properties = {
    jobType: "Pipeline", inputs: { raw: { jobInputType: "uri_folder", uri: data("penguins/train/") } },
    jobs: {
      prepare: { type: "command", command: "cp ${{inputs.from}}/train.csv ${{outputs.out}}/", environmentId: "azureml:any:1", component, inputs: { from: literal("${{parent.inputs.raw}}") } },
      search: { type: "automl", task: "classification", primary_metric: "auc_weighted", target_column_name: "species", training_data: "${{parent.jobs.prepare.outputs.out}}", limits: { max_trials: 1, timeout_minutes: 4 }, training: { blocked_training_algorithms: ["knn"] }, n_cross_validations: 2, outputs: { best_model: { type: "mlflow_model" } } },
      look: { type: "command", command: "ls ${{inputs.from}} | tee ${{outputs.out}}/said.txt", environmentId: "azureml:any:1", component, inputs: { from: literal("${{parent.jobs.search.outputs.best_model}}") } },
    },
  };
  const reply = await arm("PUT", `${jobs}/${name}`, { properties });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  const job = await finished(name);
  const children = await trialsOf(name);
  assert.equal(job.properties.status, "Completed", JSON.stringify(children.map((c) => [c.properties.displayName, c.properties.properties.error])));
  const search = children.find((c) => c.properties.jobType === "AutoML"), look = children.find((c) => c.properties.properties["azureml.nodeid"] === "look");
  assert.equal((await trialsOf(search.name)).length, 2);
  const said = await read(look.properties.outputs.out.uri.split("/paths/")[1] + "said.txt");
  assert.deepEqual(said.trim().split("\n"), ["MLmodel", "model.json", "model.onnx"]);
}

async function refusals() {
  const good = { taskType: "Classification", targetColumnName: "species", trainingData: table("penguins/train") };
  await refused({ ...good, taskType: "TextNER" }, /TextNER/);
  await refused({ ...good, taskType: "Divination" }, /Divination/, "ValidationError");
  await refused({ ...good, primaryMetric: "R2Score" }, /R2Score/);
  await refused({ ...good, testDataSize: 0.2 }, /testDataSize/);
  await refused({ ...good, limitSettings: { sweepTrials: 3 } }, /sweepTrials/);
  await refused({ ...good, limitSettings: { maxCoresPerTrial: 2 } }, /maxCoresPerTrial/);
  await refused({ ...good, limitSettings: { maxTrials: 0 } }, /maxTrials/, "ValidationError");
  await refused({ ...good, featurizationSettings: { mode: "Off" } }, /Off/);
  await refused({ ...good, trainingSettings: { stackEnsembleSettings: { stackMetaLearnerType: "Ridge" } } }, /stackEnsembleSettings/);
  await refused({ ...good, trainingSettings: { allowedTrainingAlgorithms: ["SVM"] } }, /SVM is not built/);
  await refused({ ...good, trainingSettings: { blockedTrainingAlgorithms: ["LightGBM", "KNN", "LogisticRegression"] } }, /no algorithm/, "ValidationError");
  await refused({ ...good, validationData: table("penguins/held"), validationDataSize: 0.2 }, /one of validationData/, "ValidationError");
  await refused({ ...good, trainingData: table("nothing") }, /no file MLTable/, "ValidationError");
  await refused({ ...good, trainingData: { jobInputType: "uri_file", uri: data("nothing.csv") } }, /no such file/, "ValidationError");
  await refused({ ...good, targetColumnName: undefined }, /targetColumnName/, "ValidationError");
  await refused({ taskType: "Forecasting", targetColumnName: "y", trainingData: { jobInputType: "uri_file", uri: data("numbers/numbers.csv") }, forecastingSettings: { timeColumnName: "a", frequency: "D", countryOrRegionForHolidays: "DE" } }, /countryOrRegionForHolidays/);
  await upload("odd/MLTable", "paths:\n  - file: ./odd.csv\ntransformations:\n  - read_delimited: {delimiter: ';'}\n");
  await refused({ ...good, trainingData: table("odd") }, /delimiter ';'/);

  // What only the data tells fails the job, with the reason.
  const name = unique("column");
  await submit(name, { ...good, targetColumnName: "colour", limitSettings: { maxTrials: 1 } });
  const failed = await finished(name);
  assert.equal(failed.properties.status, "Failed");
  assert.match(failed.properties.properties.error, /colour/);

  // One that is canceled has no trials, and one that is deleted takes its trials along.
  const slow = unique("slow");
  await submit(slow, { ...good, limitSettings: { maxTrials: 1000, timeout: "PT1H", enableEarlyTermination: false } });
  await client.jobs.beginCancelAndWait(group, ws, slow);
  assert.equal((await finished(slow)).properties.status, "Canceled");
  assert.equal((await trialsOf(slow)).length, 0);
  await client.jobs.beginDeleteAndWait(group, ws, slow);
}

await run(classification, refusals, regression, texts, forecasts, pictures, node);
