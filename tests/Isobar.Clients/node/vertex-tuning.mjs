// Hyperparameter tuning through Google's client for Vertex AI: an algorithm of the engine, own code that reports as cloudml-hypertune does, and what is refused.
import assert from "node:assert/strict";
import { bucket, columns, csv, fails, held, learned, options, parent, plain, run, settled, unique, v1 } from "./vertex-setup.mjs";

const jobs = new v1.JobServiceClient(options);
const containerPool = (containerSpec) => [{ machineSpec: { machineType: "n1-standard-4" }, replicaCount: 1, containerSpec }];
const ended = (name) => settled(() => jobs.getHyperparameterTuningJob({ name }));
const create = async (studySpec, workerPoolSpecs, more = {}) => (await jobs.createHyperparameterTuningJob({
  parent,
  hyperparameterTuningJob: { displayName: unique("study"), maxTrialCount: 3, parallelTrialCount: 1, labels: { team: "green" }, studySpec, trialJobSpec: { workerPoolSpecs, baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/study` } }, ...more },
}))[0];
// What the package cloudml-hypertune does, without the package: the last hundred reports, a JSON object a line.
const reporting = (formula) => `
for a in "$@"; do case $a in --x=*) x="\${a#--x=}";; --kind=*) kind="\${a#--kind=}";; esac; done
for step in 1 2 3; do
  printf '{"checkpoint_path": "", "global_step": "%s", "score": "%s", "timestamp": %s, "trial": "%s"}\\n' $step "$(awk "BEGIN{print ${formula}}")" $step "$CLOUD_ML_TRIAL_ID" >> "$CLOUD_ML_HP_METRIC_FILE"
done
echo {} > "$SM_MODEL_DIR/model.json"`;
const own = (formula) => containerPool({ imageUri: "python:3", command: ["bash", "-c", reporting(formula), "trial"] });
const score = [{ metricId: "score", goal: "MAXIMIZE" }];

async function builtIn() {
  await bucket.file("train/penguins.csv").save(csv(learned), { resumable: false });
  await bucket.file("validation/penguins.csv").save(csv(held), { resumable: false });
  const created = await create(
    { metrics: [{ metricId: "validation:accuracy", goal: "MAXIMIZE" }], algorithm: "RANDOM_SEARCH", parameters: [
      { parameterId: "learning_rate", doubleValueSpec: { minValue: 0.01, maxValue: 0.5 }, scaleType: "UNIT_LOG_SCALE" },
      { parameterId: "rounds", integerValueSpec: { minValue: 5, maxValue: 20 } }] },
    containerPool({ imageUri: "isobar/boosted-trees", args: ["--task=multiclass", "--label=species", "--min_rows_in_leaf=5", `--train=gs://${bucket.name}/train/`, `--validation=gs://${bucket.name}/validation/`] }));
  const job = await ended(created.name);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  assert.deepEqual(job.trials.map((t) => [t.id, t.state]), [["1", "SUCCEEDED"], ["2", "SUCCEEDED"], ["3", "SUCCEEDED"]]);
  for (const trial of job.trials) {
    const values = Object.fromEntries(trial.parameters.map((p) => [p.parameterId, plain(p.value)]));
    assert.ok(values.learning_rate >= 0.01 && values.learning_rate <= 0.5 && Number.isInteger(values.rounds) && values.rounds >= 5 && values.rounds <= 20, JSON.stringify(values));
    assert.equal(trial.finalMeasurement.metrics[0].metricId, "validation:accuracy");
    assert.ok(trial.finalMeasurement.metrics[0].value > 0.8 && trial.finalMeasurement.metrics[0].value <= 1);
    const [custom] = await jobs.getCustomJob({ name: trial.customJob });
    assert.equal(custom.state, "JOB_STATE_SUCCEEDED");
    assert.ok((await bucket.file(`study/${trial.id}/model/model.tar.gz`).exists())[0]);
  }
  assert.notDeepEqual(job.trials[0].parameters, job.trials[1].parameters);
  assert.ok((await jobs.listHyperparameterTuningJobs({ parent, filter: `labels.team=green AND display_name="${job.displayName}"` }))[0][0].trials.length === 3);
}

async function grid() {
  const created = await create({ metrics: score, algorithm: "GRID_SEARCH", parameters: [
    { parameterId: "x", discreteValueSpec: { values: [1, 2.5] } }, { parameterId: "kind", categoricalValueSpec: { values: ["a", "b"] } }] }, own("$x * ($step + 1) * (\\\"$kind\\\" == \\\"b\\\" ? 2 : 1)"), { maxTrialCount: 10, parallelTrialCount: 2 });
  const job = await ended(created.name);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  const found = Object.fromEntries(job.trials.map((t) => [t.parameters.map((p) => plain(p.value)).join(), t.finalMeasurement?.metrics[0].value]));
  assert.deepEqual(found, { "1,a": 4, "1,b": 8, "2.5,a": 10, "2.5,b": 20 });
  assert.deepEqual(job.trials[0].measurements.map((m) => [Number(m.stepCount), m.metrics[0].value]), [[1, 2], [2, 3], [3, 4]]);
}

async function bestAndBayesian() {
  // The score falls with every step: the best measurement is the first, the last the third.
  const created = await create({ metrics: score, measurementSelectionType: "BEST_MEASUREMENT", parameters: [{ parameterId: "x", doubleValueSpec: { minValue: -2, maxValue: 2 } }] }, own("-($x - 1) * ($x - 1) - $step"), { maxTrialCount: 6 });
  const job = await ended(created.name);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  assert.equal(job.trials.length, 6);
  for (const trial of job.trials) {
    const x = plain(trial.parameters[0].value);
    assert.ok(Math.abs(trial.finalMeasurement.metrics[0].value - (-((x - 1) ** 2) - 1)) < 1e-3, JSON.stringify(trial));
  }
}

async function failuresAndCancel() {
  const parameters = [{ parameterId: "x", doubleValueSpec: { minValue: 0, maxValue: 1 } }];
  const broken = await ended((await create({ metrics: score, parameters }, containerPool({ imageUri: "python:3", command: ["bash", "-c", "exit 3"] }), { maxTrialCount: 8, maxFailedTrialCount: 2 })).name);
  assert.deepEqual([broken.state, broken.trials.map((t) => t.state)], ["JOB_STATE_FAILED", ["INFEASIBLE", "INFEASIBLE"]]);
  assert.match(broken.error.message, /2 trials failed/);
  const slow = await create({ metrics: score, parameters }, containerPool({ imageUri: "python:3", command: ["sleep", "600"] }));
  await fails(jobs.deleteHyperparameterTuningJob({ name: slow.name }), 9, /cancel/);
  await jobs.cancelHyperparameterTuningJob({ name: slow.name });
  assert.equal((await ended(slow.name)).state, "JOB_STATE_CANCELLED");
  const [deleting] = await jobs.deleteHyperparameterTuningJob({ name: slow.name });
  await deleting.promise();
  await fails(jobs.getHyperparameterTuningJob({ name: slow.name }), 5);
}

async function refused() {
  const x = { parameterId: "x", doubleValueSpec: { minValue: 0, maxValue: 1 } };
  await fails(create({ metrics: score, parameters: [x], algorithm: "GRID_SEARCH" }, own("1")), 3, /grid/);
  await fails(create({ metrics: score, parameters: [{ ...x, scaleType: "UNIT_LOG_SCALE" }] }, own("1")), 3, /min_value/);
  await fails(create({ metrics: score, parameters: [x, x] }, own("1")), 3, /unique/);
  await fails(create({ metrics: [...score, { metricId: "other", goal: "MINIMIZE" }], parameters: [x] }, own("1")), 12, /several metrics/);
  await fails(create({ metrics: score, parameters: [{ ...x, conditionalParameterSpecs: [{ parameterSpec: x }] }] }, own("1")), 12, /conditional/);
  await fails(create({ metrics: score, parameters: [x] }, containerPool({ imageUri: "isobar/nothing" })), 3, /trial_job_spec\.worker_pool_specs\[0\]\.container_spec\.image_uri/);
  await fails(create({ metrics: score, parameters: [x] }, own("1"), { maxTrialCount: 0 }), 3, /max_trial_count/);
}

await run(builtIn, grid, bestAndBayesian, failuresAndCancel, refused);
