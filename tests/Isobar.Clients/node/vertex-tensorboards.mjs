// Metrics by step through Google's client for Vertex AI, in the order of calls of google-cloud-aiplatform's log_time_series_metrics: the default tensorboard, an experiment, runs, time series, their points.
import assert from "node:assert/strict";
import { fails, options, parent, transport, unique, v1 } from "./vertex-setup.mjs";

const boards = new v1.TensorboardServiceClient(options);
const done = async (call) => (await (await call)[0].promise())[0];
const all = async (pages) => { const found = []; for await (const item of pages) found.push(item); return found; };
const time = (seconds) => ({ seconds, nanos: 0 });
const points = (series) => series.values.map((v) => [Number(v.step), v.scalar.value]);
const write = (run, id, values) => boards.writeTensorboardRunData({ tensorboardRun: run, timeSeriesData: [{ tensorboardTimeSeriesId: id, valueType: "SCALAR", values: values.map(([step, value]) => ({ step, wallTime: time(1_700_000_000 + step), scalar: { value } })) }] });

let board, experiment, run, loss;
async function defaults() {
  board = await done(boards.createTensorboard({ parent, tensorboard: { displayName: unique("board"), isDefault: true, labels: { team: "blue" } } }));
  assert.deepEqual((await boards.listTensorboards({ parent, filter: "is_default=true" }))[0].map((b) => b.name), [board.name]);
  // Another default takes its place, and an update gives it back.
  const other = await done(boards.createTensorboard({ parent, tensorboard: { displayName: "other", isDefault: true } }));
  assert.deepEqual((await boards.listTensorboards({ parent, filter: "is_default=true" }))[0].map((b) => b.name), [other.name]);
  await done(boards.updateTensorboard({ tensorboard: { name: board.name, isDefault: true, description: "of the tests" }, updateMask: { paths: ["is_default", "description"] } }));
  const [read] = await boards.getTensorboard({ name: board.name });
  assert.deepEqual([read.isDefault, read.description, read.labels.team, read.runCount], [true, "of the tests", "blue", 0]);
  assert.equal((await boards.getTensorboard({ name: other.name }))[0].isDefault, false);
  await done(boards.deleteTensorboard({ name: other.name }));
  await fails(boards.getTensorboard({ name: other.name }), 5);
  await fails(boards.createTensorboard({ parent, tensorboard: {} }), 3, /tensorboard.display_name/);
}

async function resources() {
  [experiment] = await boards.createTensorboardExperiment({ parent: board.name, tensorboardExperimentId: "exp", tensorboardExperiment: { displayName: "exp Backing Tensorboard Experiment", source: "a notebook" } });
  assert.equal(experiment.name, `${board.name}/experiments/exp`);
  await fails(boards.createTensorboardExperiment({ parent: board.name, tensorboardExperimentId: "exp", tensorboardExperiment: {} }), 6);
  await fails(boards.createTensorboardExperiment({ parent: board.name, tensorboardExperimentId: "Exp_1", tensorboardExperiment: {} }), 3, /tensorboard_experiment_id/);
  await fails(boards.getTensorboardRun({ name: `${experiment.name}/runs/run-1` }), 5);
  [run] = await boards.createTensorboardRun({ parent: experiment.name, tensorboardRunId: "run-1", tensorboardRun: { displayName: "run-1" } });
  await fails(boards.createTensorboardRun({ parent: experiment.name, tensorboardRunId: "run-2", tensorboardRun: { displayName: "run-1" } }), 6, /display_name/);
  await fails(boards.createTensorboardRun({ parent: `${board.name}/experiments/none`, tensorboardRunId: "run-2", tensorboardRun: { displayName: "x" } }), 5);
  const [more] = await boards.batchCreateTensorboardRuns({ parent: experiment.name, requests: [2, 3].map((i) => ({ parent: experiment.name, tensorboardRunId: `run-${i}`, tensorboardRun: { displayName: `run-${i}` } })) });
  assert.deepEqual(more.tensorboardRuns.map((r) => r.displayName), ["run-2", "run-3"]);
  // All or none.
  await fails(boards.batchCreateTensorboardRuns({ parent: experiment.name, requests: ["run-4", "run-1"].map((id) => ({ parent: experiment.name, tensorboardRunId: id, tensorboardRun: { displayName: id } })) }), 6);
  assert.deepEqual((await all(boards.listTensorboardRunsAsync({ parent: experiment.name, orderBy: "display_name", pageSize: 2 }))).map((r) => r.displayName), ["run-1", "run-2", "run-3"]);
  assert.equal((await boards.getTensorboard({ name: board.name }))[0].runCount, 3);
  [loss] = await boards.createTensorboardTimeSeries({ parent: run.name, tensorboardTimeSeries: { displayName: "loss", valueType: "SCALAR", pluginName: "scalars" } });
  await fails(boards.createTensorboardTimeSeries({ parent: run.name, tensorboardTimeSeries: { displayName: "loss", valueType: "SCALAR" } }), 6);
  await fails(boards.createTensorboardTimeSeries({ parent: run.name, tensorboardTimeSeries: { displayName: "pictures", valueType: "BLOB_SEQUENCE" } }), 12, /value_type/);
  const [named] = await boards.batchCreateTensorboardTimeSeries({ parent: experiment.name, requests: [1, 2].map((i) => ({ parent: `${experiment.name}/runs/run-${i}`, tensorboardTimeSeriesId: "accuracy", tensorboardTimeSeries: { displayName: "accuracy", valueType: "SCALAR" } })) });
  assert.deepEqual(named.tensorboardTimeSeries.map((s) => s.name.split("/").slice(-3).join("/")), ["run-1/timeSeries/accuracy", "run-2/timeSeries/accuracy"]);
  const [changed] = await boards.updateTensorboardRun({ tensorboardRun: { name: run.name, labels: { rate: "0-1" } }, updateMask: { paths: ["labels"] } });
  assert.deepEqual([changed.displayName, changed.labels], ["run-1", { rate: "0-1" }]);
  assert.deepEqual((await boards.listTensorboardRuns({ parent: experiment.name, filter: "labels.rate=0-1" }))[0].map((r) => r.name), [run.name]);
  await fails(boards.updateTensorboardRun({ tensorboardRun: { name: run.name, displayName: "run-2" }, updateMask: { paths: ["display_name"] } }), 6);
}

async function values() {
  const id = loss.name.split("/").pop();
  await write(run.name, id, [[1, 0.9], [2, 0.5]]);
  await write(run.name, id, [[3, 0.25]]);
  // What is written later to a step takes its place.
  await write(run.name, id, [[2, 0.55]]);
  const [read] = await boards.readTensorboardTimeSeriesData({ tensorboardTimeSeries: loss.name });
  assert.deepEqual(points(read.timeSeriesData), [[1, 0.9], [2, 0.55], [3, 0.25]]);
  assert.deepEqual([read.timeSeriesData.tensorboardTimeSeriesId, read.timeSeriesData.valueType], [id, "SCALAR"]);
  const [series] = await boards.getTensorboardTimeSeries({ name: loss.name });
  assert.deepEqual([Number(series.metadata.maxStep), Number(series.metadata.maxWallTime.seconds)], [3, 1_700_000_003]);
  await boards.writeTensorboardExperimentData({ tensorboardExperiment: experiment.name, writeRunDataRequests: [1, 2].map((i) => ({ tensorboardRun: `${experiment.name}/runs/run-${i}`, timeSeriesData: [{ tensorboardTimeSeriesId: "accuracy", valueType: "SCALAR", values: [{ step: 7, scalar: { value: 0.7 + i / 10 } }] }] })) });
  const names = [loss.name, ...[1, 2].map((i) => `${experiment.name}/runs/run-${i}/timeSeries/accuracy`)];
  const [batch] = await boards.batchReadTensorboardTimeSeriesData({ tensorboard: board.name, timeSeries: names });
  assert.deepEqual(batch.timeSeriesData.map((s) => s.values.at(-1).scalar.value), [0.25, 0.7 + 1 / 10, 0.7 + 2 / 10]);

  await fails(write(run.name, "none", [[1, 1]]), 5);
  await fails(write(`${experiment.name}/runs/none`, id, [[1, 1]]), 5);
  await fails(boards.writeTensorboardRunData({ tensorboardRun: run.name, timeSeriesData: [{ tensorboardTimeSeriesId: id, valueType: "TENSOR", values: [{ step: 1, tensor: { value: Buffer.from("x") } }] }] }), 3, /value_type/);
  await fails(write(run.name, id, Array.from({ length: 5001 }, (_, i) => [i, i])), 3, /5000/);
  // Of a request that fails, nothing is written.
  await fails(boards.writeTensorboardRunData({ tensorboardRun: run.name, timeSeriesData: [{ tensorboardTimeSeriesId: id, valueType: "SCALAR", values: [{ step: 9, scalar: { value: 9 } }] }, { tensorboardTimeSeriesId: "none", valueType: "SCALAR", values: [] }] }), 5);
  assert.equal((await boards.readTensorboardTimeSeriesData({ tensorboardTimeSeries: loss.name }))[0].timeSeriesData.values.length, 3);
}

async function many() {
  const [long] = await boards.createTensorboardTimeSeries({ parent: run.name, tensorboardTimeSeriesId: "long", tensorboardTimeSeries: { displayName: "long", valueType: "SCALAR" } });
  await write(run.name, "long", Array.from({ length: 2500 }, (_, i) => [i, i / 2]));
  const read = async (request) => points((await boards.readTensorboardTimeSeriesData({ tensorboardTimeSeries: long.name, ...request }))[0].timeSeriesData);
  const some = await read({});
  assert.deepEqual([some.length, some[0], some.at(-1)], [1000, [0, 0], [2499, 1249.5]]);
  assert.equal((await read({ maxDataPoints: -1 })).length, 2500);
  assert.deepEqual(await read({ filter: "step>=2498" }), [[2498, 1249], [2499, 1249.5]]);
  await fails(read({ maxDataPoints: -2 }), 3, /max_data_points/);
  const pages = [];
  for (let pageToken = ""; ;) {
    const [, , page] = await boards.exportTensorboardTimeSeriesData({ tensorboardTimeSeries: long.name, pageSize: 1000, orderBy: "step desc", pageToken }, { autoPaginate: false });
    pages.push(page.timeSeriesDataPoints.map((p) => Number(p.step)));
    pageToken = page.nextPageToken;
    if (!pageToken) break;
  }
  assert.deepEqual([pages.map((p) => p.length), pages.flat().every((step, i) => step === 2499 - i)], [[1000, 1000, 500], true]);
}

async function deletions() {
  const id = loss.name.split("/").pop();
  await done(boards.deleteTensorboardTimeSeries({ name: loss.name }));
  await fails(boards.readTensorboardTimeSeriesData({ tensorboardTimeSeries: loss.name }), 5);
  // One of the same name begins empty.
  await boards.createTensorboardTimeSeries({ parent: run.name, tensorboardTimeSeriesId: id, tensorboardTimeSeries: { displayName: "loss", valueType: "SCALAR" } });
  assert.equal((await boards.readTensorboardTimeSeriesData({ tensorboardTimeSeries: loss.name }))[0].timeSeriesData.values.length, 0);
  await done(boards.deleteTensorboardRun({ name: run.name }));
  await fails(boards.getTensorboardTimeSeries({ name: `${run.name}/timeSeries/accuracy` }), 5);
  assert.equal((await boards.listTensorboardTimeSeries({ parent: `${experiment.name}/runs/run-2` }))[0].length, 1);
  await done(boards.deleteTensorboardExperiment({ name: experiment.name }));
  assert.equal((await boards.getTensorboard({ name: board.name }))[0].runCount, 0);
  await done(boards.deleteTensorboard({ name: board.name }));
  assert.equal((await boards.listTensorboards({ parent, filter: `display_name="${board.displayName}"` }))[0].length, 0);
}

for (const flow of [defaults, resources, values, many, deletions]) {
  await flow();
  console.log(flow.name);
}
