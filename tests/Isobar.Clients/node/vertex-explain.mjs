// Explanations and typed predictions through Google's client for Vertex AI: attributions add up, baselines are what they are said to be, a linear model's are exact.
import assert from "node:assert/strict";
import { bucket, columns, csv, fails, held, helpers, instance, learned, options, parent, plain, run, settled, transport, unique, url, v1 } from "./vertex-setup.mjs";

const jobs = new v1.JobServiceClient(options);
const models = new v1.ModelServiceClient(options);
const endpoints = new v1.EndpointServiceClient(options);
const predictions = new v1.PredictionServiceClient(options);
const done = async (call) => (await (await call)[0].promise())[0];
const near = (a, b, by = 1e-4) => assert.ok(Math.abs(a - b) <= by * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const sum = (value) => (typeof value === "number" ? value : Object.values(value).reduce((a, v) => a + sum(v), 0));
const shapley = (pathCount, more = {}) => ({ sampledShapleyAttribution: { pathCount }, ...more });
const predict = async (endpoint, ...instances) => (await predictions.predict({ endpoint, instances: instances.map(helpers.toValue) }))[0].predictions.map(plain);
const explain = async (endpoint, instances, more = {}) => (await predictions.explain({ endpoint, instances: instances.map(helpers.toValue), ...more }))[0];

async function train(name, args, folder = "train") {
  const [job] = await jobs.createCustomJob({ parent, customJob: { displayName: unique(name), jobSpec: { baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/${name}` }, workerPoolSpecs: [{ machineSpec: { machineType: "n1-standard-4" }, replicaCount: 1, containerSpec: { imageUri: "isobar/" + name, args: [...args, `--train=gs://${bucket.name}/${folder}/`] } }] } } });
  const ended = await settled(() => jobs.getCustomJob({ name: job.name }));
  assert.equal(ended.state, "JOB_STATE_SUCCEEDED", ended.error?.message);
  return `gs://${bucket.name}/${name}/model`;
}

async function deploy(artifactUri, explanationSpec, deployedSpec) {
  const { model } = await done(models.uploadModel({ parent, model: { displayName: unique("explained"), artifactUri, containerSpec: { imageUri: "isobar/any" }, explanationSpec } }));
  const endpoint = await done(endpoints.createEndpoint({ parent, endpoint: { displayName: "explained" } }));
  const { deployedModel } = await done(endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } }, explanationSpec: deployedSpec } }));
  return { endpoint: endpoint.name, model, deployedModel };
}

let trees;
async function classes() {
  await bucket.file("train/penguins.csv").save(csv(learned), { resumable: false });
  trees = await train("boosted-trees", ["--task=multiclass", "--label=species", "--rounds=20", "--min_rows_in_leaf=5"]);
  const { endpoint, deployedModel } = await deploy(trees, { parameters: shapley(10, { topK: -1 }), metadata: { inputs: {}, outputs: { probabilities: {} } } });
  assert.equal(deployedModel.explanationSpec.parameters.sampledShapleyAttribution.pathCount, 10);
  const instances = held.slice(0, 4).map((r) => instance(r));
  const answer = await explain(endpoint, instances);
  assert.deepEqual([answer.explanations.length, answer.predictions.length, answer.deployedModelId], [4, 4, deployedModel.id]);
  // What the columns usually hold is the baseline: medians and most frequent words of the training rows.
  const usual = (column) => {
    const values = learned.map((r) => r[columns.indexOf(column)]).filter((v) => v !== "");
    if (Number.isNaN(Number(values[0]))) return values.toSorted((a, b) => values.filter((v) => v === b).length - values.filter((v) => v === a).length)[0];
    const sorted = values.map(Number).sort((a, b) => a - b), middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  };
  const names = columns.filter((c) => c !== "species");
  const [baseline] = await predict(endpoint, Object.fromEntries(names.map((c) => [c, usual(c)])));
  for (const [i, explanation] of answer.explanations.entries()) {
    const probabilities = plain(answer.predictions[i]).probabilities;
    assert.deepEqual(explanation.attributions.map((a) => a.instanceOutputValue), explanation.attributions.map((a) => a.instanceOutputValue).toSorted((a, b) => b - a));
    assert.deepEqual(explanation.attributions.map((a) => a.outputDisplayName).sort(), ["Adelie", "Chinstrap", "Gentoo"]);
    for (const attribution of explanation.attributions) {
      const shares = plain(attribution.featureAttributions);
      assert.deepEqual(Object.keys(shares).sort(), names.toSorted());
      near(attribution.instanceOutputValue, probabilities[attribution.outputIndex[0]]);
      near(attribution.baselineOutputValue, baseline.probabilities[attribution.outputIndex[0]]);
      near(sum(shares), attribution.instanceOutputValue - attribution.baselineOutputValue, 1e-6);
      // Few columns: every coalition is tried, and nothing is approximated.
      assert.equal(attribution.approximationError ?? 0, 0);
    }
  }
  const [top] = (await explain(endpoint, instances.slice(0, 1), { explanationSpecOverride: { parameters: { topK: 1 }, metadata: { inputs: { bill_length_mm: { inputBaselines: [helpers.toValue({ v: instances[0].bill_length_mm }).structValue.fields.v] } } } } })).explanations[0].attributions;
  near(plain(top.featureAttributions).bill_length_mm ?? 0, 0);
  const json = await (await fetch(new URL(`/v1/${endpoint}:explain`, url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ instances: instances.slice(0, 1) }) })).json();
  near(json.explanations[0].attributions[0].baselineOutputValue, answer.explanations[0].attributions[0].baselineOutputValue);
  assert.equal(json.explanations[0].attributions[0].outputIndex.length, 1);
}

async function linear() {
  const numbers = columns.filter((c) => /mm|body_mass/.test(c) && c !== "body_mass_g");
  await bucket.file("whole/penguins.csv").save(csv(learned.filter((r) => !r.includes(""))), { resumable: false });
  const uri = await train("linear", ["--task=regression", "--label=body_mass_g", "--ignore=" + columns.filter((c) => !/mm|body_mass/.test(c)).join(",")], "whole");
  // A scalar stands for the whole row.
  const zero = helpers.toValue({ v: 0 }).structValue.fields.v;
  const { endpoint } = await deploy(uri, undefined, { parameters: shapley(1), metadata: { inputs: { row: { encoding: "BAG_OF_FEATURES", indexFeatureMapping: numbers, inputBaselines: [zero] } }, outputs: { mass: {} } } });
  const row = numbers.map((c) => Number(held[0][columns.indexOf(c)]));
  const ask = async (values) => (await (await fetch(new URL(`/v1/${endpoint}:predict`, url), { method: "POST", body: JSON.stringify({ instances: values }) })).json()).predictions;
  const outputs = await ask([[0, 0, 0], row, ...row.map((v, i) => row.map((_, j) => (i === j ? v : 0)))]);
  const value = (p) => (typeof p === "object" ? p.score : p);
  // The client wraps structs only: a row without names is sent as it is.
  const explained = await (await fetch(new URL(`/v1/${endpoint}:explain`, url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ instances: [row] }) })).json();
  assert.ok(explained.explanations, JSON.stringify(explained));
  const [attribution] = explained.explanations[0].attributions;
  const shares = attribution.featureAttributions.row;
  assert.deepEqual(Object.keys(shares), numbers);
  assert.equal(attribution.outputName, "mass");
  near(attribution.baselineOutputValue, value(outputs[0]));
  near(attribution.instanceOutputValue, value(outputs[1]));
  for (const [i, name] of numbers.entries()) near(shares[name], value(outputs[2 + i]) - value(outputs[0]), 1e-3);
}

async function typed() {
  const { endpoint } = await deploy(trees);
  const first = instance(held[0]);
  const tensor = { structVal: Object.fromEntries(Object.entries(first).map(([k, v]) => [k, typeof v === "number" ? { dtype: "DOUBLE", doubleVal: [v] } : { dtype: "STRING", stringVal: [v] }])) };
  const [prediction] = await predict(endpoint, first);
  const [direct] = await predictions.directPredict({ endpoint, inputs: [tensor] });
  assert.equal(direct.outputs[0].structVal.label.stringVal[0], prediction.label);
  assert.deepEqual(direct.outputs[0].structVal.probabilities.doubleVal, prediction.probabilities);
  await fails(predictions.directPredict({ endpoint, inputs: [{ dtype: "DOUBLE", shape: [3], doubleVal: [1, 2] }] }), 3, /shape/);
  if (transport === "grpc") {
    const streamed = [];
    for await (const message of predictions.serverStreamingPredict({ endpoint, inputs: [tensor, tensor, tensor] })) streamed.push(message.outputs[0].structVal.label.stringVal[0]);
    assert.deepEqual(streamed, [prediction.label, prediction.label, prediction.label]);
    const stream = predictions.streamDirectPredict();
    const answers = (async () => { const all = []; for await (const message of stream) all.push(message.outputs.length); return all; })();
    stream.write({ endpoint, inputs: [tensor] });
    stream.write({ inputs: [tensor, tensor] });
    stream.end();
    assert.deepEqual(await answers, [1, 2]);
  }
  await fails(explain(endpoint, [first]), 9, /explanation_spec/);
  const upload = (explanationSpec) => models.uploadModel({ parent, model: { displayName: "refused", artifactUri: trees, containerSpec: { imageUri: "isobar/any" }, explanationSpec } });
  await fails(upload({ parameters: { integratedGradientsAttribution: { stepCount: 10 } }, metadata: { inputs: {}, outputs: {} } }), 12, /sampled_shapley/);
  await fails(upload({ parameters: shapley(51), metadata: { inputs: {}, outputs: {} } }), 3, /path_count/);
  await fails(upload({ metadata: { inputs: {}, outputs: {} } }), 3, /sampled_shapley/);
}

await run(classes, linear, typed);
