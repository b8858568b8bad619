// Model deployment monitoring through Google's client for Vertex AI: requests are logged, held against the training data, and what has moved is found.
import assert from "node:assert/strict";
import monitoring from "@google-cloud/monitoring";
import { bucket, columns, csv, fails, held, helpers, instance, learned, options, parent, project, run, settled, sleep, unique, v1 } from "./vertex-setup.mjs";

const jobs = new v1.JobServiceClient(options);
const models = new v1.ModelServiceClient(options);
const endpoints = new v1.EndpointServiceClient(options);
const predictions = new v1.PredictionServiceClient(options);
const skew = "RAW_FEATURE_SKEW";
let endpoint, deployed;

const training = () => ({ gcsSource: { uris: [`gs://${bucket.name}/train/*.csv`] }, dataFormat: "csv", targetField: "species" });
const thresholds = (value, names = columns.filter((c) => c !== "species")) => Object.fromEntries(names.map((n) => [n, { value }]));
const order = (objectiveConfig, more = {}) => ({
  displayName: unique("watch"), endpoint: endpoint.name, labels: { team: "amber" },
  modelDeploymentMonitoringObjectiveConfigs: [{ deployedModelId: deployed, objectiveConfig }],
  modelDeploymentMonitoringScheduleConfig: { monitorInterval: { seconds: 5000 } },
  loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 1 } }, ...more,
});
const create = async (...args) => (await jobs.createModelDeploymentMonitoringJob({ parent, modelDeploymentMonitoringJob: order(...args) }))[0];
const ask = (rows, change = (i) => i) => predictions.predict({ endpoint: endpoint.name, instances: rows.map((r) => helpers.toValue(change(instance(r)))) });
const measured = async (name) => {
  for (let i = 0; i < 300; i++, await sleep(100)) {
    const [job] = await jobs.getModelDeploymentMonitoringJob({ name });
    if (job.latestMonitoringPipelineMetadata?.runTime) return job;
  }
  assert.fail("no run has ended");
};
const search = async (name, more = {}) => (await jobs.searchModelDeploymentMonitoringStatsAnomalies({ modelDeploymentMonitoringJob: name, deployedModelId: deployed, objectives: [{ type: skew }], ...more }))[0];
const moved = (stats) => stats.featureStats.filter((f) => f.predictionStats.some((s) => s.distributionDeviation > s.anomalyDetectionThreshold)).map((f) => f.featureDisplayName);

async function deploy() {
  await bucket.file("train/penguins.csv").save(csv(learned), { resumable: false });
  const [training] = await jobs.createCustomJob({ parent, customJob: { displayName: unique("penguins"), jobSpec: {
    baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/out` },
    workerPoolSpecs: [{ machineSpec: { machineType: "n1-standard-4" }, replicaCount: 1, containerSpec: { imageUri: "isobar/boosted-trees", args: ["--task=multiclass", "--label=species", "--rounds=5", "--min_rows_in_leaf=5", `--train=gs://${bucket.name}/train/`] } }] } } });
  assert.equal((await settled(() => jobs.getCustomJob({ name: training.name }))).state, "JOB_STATE_SUCCEEDED");
  const [uploading] = await models.uploadModel({ parent, model: { displayName: "watched", artifactUri: `gs://${bucket.name}/out/model`, containerSpec: { imageUri: "isobar/boosted-trees" } } });
  const [{ model }] = await uploading.promise();
  const logging = (outputUri) => ({ displayName: "watched", predictRequestResponseLoggingConfig: { enabled: true, samplingRate: 1, bigqueryDestination: { outputUri } } });
  await fails(endpoints.createEndpoint({ parent, endpoint: logging("bq://project.dataset.table") }), 12, /BigQuery/);
  const [creating] = await endpoints.createEndpoint({ parent, endpoint: logging(`gs://${bucket.name}/requests`) });
  [endpoint] = await creating.promise();
  const [deploying] = await endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } }, trafficSplit: { 0: 100 } });
  deployed = (await deploying.promise())[0].deployedModel.id;
}

async function usualTraffic() {
  await ask(held);
  const job = await create({ trainingDataset: training(), trainingPredictionSkewDetectionConfig: { skewThresholds: thresholds(0.3) }, predictionDriftDetectionConfig: { driftThresholds: thresholds(0.3) } },
    { statsAnomaliesBaseDirectory: { outputUriPrefix: `gs://${bucket.name}/monitoring` }, enableMonitoringPipelineLogs: true });
  assert.match(job.name, /modelDeploymentMonitoringJobs\/\d+$/);
  assert.equal(job.state, "JOB_STATE_RUNNING");
  const ran = await measured(job.name);
  assert.equal(ran.latestMonitoringPipelineMetadata.status?.code ?? 0, 0, ran.latestMonitoringPipelineMetadata.status?.message);
  assert.ok(Number(ran.nextScheduleTime.seconds) - Number(ran.createTime.seconds) >= 7190, "5,000 s are two hours");
  const [stats] = await search(job.name);
  assert.deepEqual([stats.objective, stats.anomalyCount, moved(stats)], [skew, 0, []]);
  assert.equal(stats.featureStats.length, columns.length - 1);
  assert.ok(stats.featureStats.every((f) => f.threshold.value === 0.3 && f.predictionStats[0].statsUri.startsWith(`gs://${bucket.name}/monitoring/`)));
  const [requests] = await bucket.getFiles({ prefix: "requests/" });
  assert.match((await requests[0].download())[0].toString(), /bill_length_mm/);

  await jobs.pauseModelDeploymentMonitoringJob({ name: job.name });
  assert.equal((await jobs.getModelDeploymentMonitoringJob({ name: job.name }))[0].state, "JOB_STATE_PAUSED");
  await jobs.resumeModelDeploymentMonitoringJob({ name: job.name });
  assert.equal((await jobs.getModelDeploymentMonitoringJob({ name: job.name }))[0].state, "JOB_STATE_RUNNING");
  await fails(jobs.resumeModelDeploymentMonitoringJob({ name: job.name }), 9);
  const [updating] = await jobs.updateModelDeploymentMonitoringJob({ modelDeploymentMonitoringJob: { name: job.name, displayName: "renamed", modelDeploymentMonitoringScheduleConfig: { monitorInterval: { seconds: 36000 } } }, updateMask: { paths: ["display_name", "model_deployment_monitoring_schedule_config"] } });
  const [updated] = await updating.promise();
  assert.deepEqual([updated.displayName, Number(updated.modelDeploymentMonitoringScheduleConfig.monitorInterval.seconds)], ["renamed", 36000]);
  assert.deepEqual((await jobs.listModelDeploymentMonitoringJobs({ parent, filter: 'display_name="renamed" AND labels.team=amber' }))[0].map((j) => j.name), [job.name]);
  const [deleting] = await jobs.deleteModelDeploymentMonitoringJob({ name: job.name });
  await deleting.promise();
  await fails(jobs.getModelDeploymentMonitoringJob({ name: job.name }), 5);
}

async function skewedTraffic() {
  // Mass in pounds, and all from one island.
  for (let i = 0; i < 4; i++) await ask(held, (bird) => ({ ...bird, body_mass_g: bird.body_mass_g / 453.6, island: "Torgersen" }));
  const job = await create({ trainingDataset: training(), trainingPredictionSkewDetectionConfig: { defaultSkewThreshold: { value: 0.3 } } });
  await measured(job.name);
  const [stats] = await search(job.name);
  assert.deepEqual(moved(stats).sort(), ["body_mass_g", "island"]);
  assert.equal(stats.anomalyCount, 2);
  assert.deepEqual((await search(job.name, { objectives: [{ type: skew, topFeatureCount: 1 }] }))[0].featureStats.length, 1);
  assert.deepEqual((await search(job.name, { featureDisplayName: "sex" }))[0].featureStats.map((f) => f.featureDisplayName), ["sex"]);
  const [deleting] = await jobs.deleteModelDeploymentMonitoringJob({ name: job.name });
  await deleting.promise();
}

async function endpointMetrics() {
  const metrics = new monitoring.MetricServiceClient(options);
  await predictions.predict({ endpoint: endpoint.name, instances: [helpers.toValue({ nonsense: 1 })] }).catch(() => {});
  const id = endpoint.name.split("/").pop();
  const read = async (metric, perSeriesAligner, labels = "") => (await metrics.listTimeSeries({
    name: `projects/${project}`, view: "FULL", filter: `metric.type="aiplatform.googleapis.com/prediction/online/${metric}" AND resource.labels.endpoint_id="${id}"${labels}`,
    interval: { startTime: { seconds: Math.floor(Date.now() / 1000) - 600 }, endTime: { seconds: Math.floor(Date.now() / 1000) + 15 } }, aggregation: { alignmentPeriod: { seconds: 900 }, perSeriesAligner } }))[0];
  const sum = (series) => series.flatMap((s) => s.points).reduce((n, p) => n + Number(p.value.int64Value ?? p.value.doubleValue), 0);
  let failed = [];
  // The counters of a second become metrics when it is over.
  for (let i = 0; i < 100 && sum(failed) < 1; i++, await sleep(100)) failed = await read("error_count", "ALIGN_SUM");
  assert.equal(sum(failed), 1);
  const counted = await read("prediction_count", "ALIGN_DELTA");
  assert.equal(sum(counted), 6);
  assert.deepEqual([counted[0].resource.type, counted[0].resource.labels.location, counted[0].metric.labels], ["aiplatform.googleapis.com/Endpoint", "us-central1", { deployed_model_id: deployed }]);
  const [slow] = await read("prediction_latencies", "ALIGN_PERCENTILE_99", ' AND metric.labels.latency_type="model"');
  assert.ok(slow.points[0].value.doubleValue > 0);
  const [spread] = await read("prediction_latencies", "ALIGN_DELTA", ' AND metric.labels.latency_type="model"');
  const { count, bucketCounts } = spread.points[0].value.distributionValue;
  assert.equal(Number(count), bucketCounts.reduce((n, c) => n + Number(c), 0));
}

async function refused() {
  const drift = { predictionDriftDetectionConfig: { driftThresholds: thresholds(0.3) } };
  await fails(create(drift, { modelDeploymentMonitoringObjectiveConfigs: [{ deployedModelId: "1", objectiveConfig: drift }] }), 3, /deployed_model_id/);
  await fails(create(drift, { loggingSamplingStrategy: {} }), 3, /sample_rate/);
  await fails(create({ predictionDriftDetectionConfig: { driftThresholds: thresholds(3) } }), 3, /drift_thresholds/);
  await fails(create({ trainingPredictionSkewDetectionConfig: { skewThresholds: thresholds(0.3) } }), 3, /training_dataset/);
  await fails(create({ trainingDataset: training(), trainingPredictionSkewDetectionConfig: { skewThresholds: thresholds(0.3, ["wings"]) } }), 3, /wings/);
  await fails(create({ trainingDataset: { ...training(), dataFormat: "tf-record" }, trainingPredictionSkewDetectionConfig: { skewThresholds: thresholds(0.3) } }), 12, /tf-record/);
  await fails(create({ predictionDriftDetectionConfig: { attributionScoreDriftThresholds: thresholds(0.3) } }), 12, /attributions/);
  await fails(create(drift, { endpoint: `${parent}/endpoints/7` }), 5);
  const [undeploying] = await endpoints.undeployModel({ endpoint: endpoint.name, deployedModelId: deployed });
  await undeploying.promise();
  const [deleting] = await endpoints.deleteEndpoint({ name: endpoint.name });
  await deleting.promise();
}

await run(deploy, usualTraffic, skewedTraffic, endpointMetrics, refused);
