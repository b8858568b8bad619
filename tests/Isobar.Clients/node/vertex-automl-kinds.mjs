// AutoML on pictures and on time series through Google's client for Vertex AI: what was learned is asked about what it has not seen.
import assert from "node:assert/strict";
import { stripes } from "./pictures.mjs";
import { bucket, fails, helpers, options, parent, plain, run, settled, unique, v1 } from "./vertex-setup.mjs";

const datasets = new v1.DatasetServiceClient(options);
const pipelines = new v1.PipelineServiceClient(options);
const models = new v1.ModelServiceClient(options);
const endpoints = new v1.EndpointServiceClient(options);
const predictions = new v1.PredictionServiceClient(options);
const jobs = new v1.JobServiceClient(options);
const value = (object) => helpers.toValue(object);
const done = async (call) => (await (await call)[0].promise())[0];
const id = (resource) => resource.name.split("/").pop();
const schema = (kind) => `gs://google-cloud-aiplatform/schema/dataset/metadata/${kind}_1.0.0.yaml`;
const task = (name) => `gs://google-cloud-aiplatform/schema/trainingjob/definition/${name}_1.0.0.yaml`;
const save = (name, content) => bucket.file(name).save(content, { resumable: false });
const start = async (trainingPipeline) => (await pipelines.createTrainingPipeline({ parent, trainingPipeline: { displayName: unique("pipeline"), modelToUpload: { displayName: "learned" }, ...trainingPipeline } }))[0];
const trained = async (trainingPipeline) => {
  const pipeline = await settled(async () => pipelines.getTrainingPipeline({ name: trainingPipeline.name }));
  assert.equal(pipeline.state, "PIPELINE_STATE_SUCCEEDED", pipeline.error?.message);
  return pipeline.modelToUpload;
};
const batch = async (batchPredictionJob) => {
  const [created] = await jobs.createBatchPredictionJob({ parent, batchPredictionJob: { displayName: unique("batch"), ...batchPredictionJob } });
  const job = await settled(() => jobs.getBatchPredictionJob({ name: created.name }));
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  const [files] = await bucket.getFiles({ prefix: job.outputInfo.gcsOutputDirectory.replace(`gs://${bucket.name}/`, "") });
  return (await files.find((f) => f.name.includes("prediction.results")).download())[0].toString().trim().split("\n");
};

async function pictures() {
  const dataset = await done(datasets.createDataset({ parent, dataset: { displayName: "stripes", metadataSchemaUri: schema("image") } }));
  const lines = [];
  for (let seed = 1; seed <= 12; seed++)
    for (const kind of ["lying", "standing"]) {
      await save(`pictures/${kind}/${seed}.png`, stripes(kind === "lying", seed));
      lines.push(JSON.stringify({ imageGcsUri: `gs://${bucket.name}/pictures/${kind}/${seed}.png`, classificationAnnotation: { displayName: kind }, dataItemResourceLabels: { "aiplatform.googleapis.com/ml_use": seed > 9 ? "test" : "training" } }));
    }
  await save("pictures/list.jsonl", lines.join("\n"));
  await done(datasets.importData({ name: dataset.name, importConfigs: [{ gcsSource: { uris: [`gs://${bucket.name}/pictures/list.jsonl`] }, importSchemaUri: "gs://google-cloud-aiplatform/schema/dataset/ioformat/image_classification_single_label_io_format_1.0.0.yaml" }] }));
  const input = { datasetId: id(dataset), filterSplit: { trainingFilter: "labels.aiplatform.googleapis.com/ml_use=training", validationFilter: "-", testFilter: "labels.aiplatform.googleapis.com/ml_use=test" } };
  const definition = { trainingTaskDefinition: task("automl_image_classification"), inputDataConfig: input };
  await fails(start({ ...definition, trainingTaskInputs: value({ modelType: "MOBILE_TF_VERSATILE_1" }) }), 12, /modelType/);
  await fails(start({ ...definition, trainingTaskInputs: value({ multiLabel: true }) }), 12, /multiLabel/);
  await fails(start({ ...definition, trainingTaskInputs: value({ budget: 5 }) }), 3, /budgetMilliNodeHours/);
  const model = await trained(await start({ ...definition, trainingTaskInputs: value({ modelType: "CLOUD", budgetMilliNodeHours: 8000, additionalExperiments: ["isobar-max-candidates=2"] }) }));
  assert.equal(Number(model.dataStats.testDataItemsCount), 6);
  const [[evaluation]] = await models.listModelEvaluations({ parent: model.name });
  assert.ok(plain(evaluation.metrics).auRoc > 0.95, JSON.stringify(plain(evaluation.metrics).confusionMatrix));
  assert.equal((await models.listModelEvaluationSlices({ parent: evaluation.name }))[0].length, 2);

  const endpoint = await done(endpoints.createEndpoint({ parent, endpoint: { displayName: "stripes" } }));
  await done(endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model: model.name, automaticResources: { minReplicaCount: 1 } } }));
  const ask = async (instances, parameters) => (await predictions.predict({ endpoint: endpoint.name, instances: instances.map(value), parameters: parameters && value(parameters) }))[0].predictions.map(plain);
  const content = (kind, seed) => ({ content: stripes(kind === "lying", seed).toString("base64"), mimeType: "image/png" });
  const answers = await ask([content("lying", 20), content("standing", 21)]);
  assert.deepEqual(answers.map((a) => a.displayNames[0]), ["lying", "standing"]);
  assert.ok(Math.abs(answers[0].confidences[0] + answers[0].confidences[1] - 1) < 1e-4);
  assert.equal((await datasets.getAnnotationSpec({ name: `${dataset.name}/annotationSpecs/${answers[0].ids[0]}` }))[0].displayName, "lying");
  const [one] = await ask([content("lying", 22)], { maxPredictions: 1, confidenceThreshold: 0.1 });
  assert.deepEqual([one.displayNames, one.ids.length, one.confidences.length], [["lying"], 1, 1]);
  assert.deepEqual((await ask([content("lying", 22)], { confidenceThreshold: 1 }))[0].displayNames, []);
  await fails(ask([content("lying", 22)], { threshold: 1 }), 3, /confidenceThreshold/);
  await fails(ask([{ content: Buffer.from("no picture").toString("base64") }]), 3, /picture/);

  await save("ask/pictures.jsonl", [1, 2].map((i) => JSON.stringify({ content: `gs://${bucket.name}/pictures/standing/${i}.png`, mimeType: "image/png" })).join("\n"));
  const results = await batch({
    model: model.name, modelParameters: value({ maxPredictions: 1 }), inputConfig: { instancesFormat: "jsonl", gcsSource: { uris: [`gs://${bucket.name}/ask/pictures.jsonl`] } },
    outputConfig: { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: `gs://${bucket.name}/answers` } },
  });
  assert.deepEqual(results.map((r) => JSON.parse(r)).map((r) => [r.instance.content.split("/").slice(-2, -1)[0], r.prediction.displayNames]), [["standing", ["standing"]], ["standing", ["standing"]]]);
}

const sales = (item, day) => (item === "tea" ? 50 : 200) * (day % 7 > 4 ? 2 : 1) * (day % 10 === 3 ? 1.5 : 1);
const date = (day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
const past = (days, ahead = 0) => "item,day,sales,offer\n" + ["tea", "milk"].flatMap((item) => Array.from({ length: days + ahead }, (_, d) => `${item},${date(d)},${d < days ? sales(item, d) : ""},${d % 10 === 3 ? 1 : 0}`)).join("\n") + "\n";
const near = (rows) => {
  assert.equal(rows.length, 14);
  for (const row of rows) {
    const truth = sales(row.item, (Date.parse(row.day) - Date.UTC(2024, 0, 1)) / 86400000);
    assert.ok(Math.abs(row.value - truth) < 0.2 * truth, `${row.item} ${row.day}: ${row.value} instead of ${truth}`);
  }
};

async function timeSeries() {
  await save("sales/past.csv", past(160));
  const dataset = await done(datasets.createDataset({ parent, dataset: { displayName: "sales", metadataSchemaUri: schema("time_series"), metadata: value({ inputConfig: { gcsSource: { uri: [`gs://${bucket.name}/sales/past.csv`] } } }) } }));
  const inputs = {
    targetColumn: "sales", timeSeriesIdentifierColumn: "item", timeColumn: "day", availableAtForecastColumns: ["day", "offer"], unavailableAtForecastColumns: ["sales"], dataGranularity: { unit: "day", quantity: 1 },
    forecastHorizon: 7, contextWindow: 14, optimizationObjective: "minimize-quantile-loss", quantiles: [0.1, 0.5, 0.9], trainBudgetMilliNodeHours: 1000, additionalExperiments: ["isobar-max-candidates=6"],
    transformations: [{ timestamp: { columnName: "day" } }, { numeric: { columnName: "offer" } }],
  };
  const definition = (changes) => ({ trainingTaskDefinition: task("automl_forecasting"), trainingTaskInputs: value({ ...inputs, ...changes }), inputDataConfig: { datasetId: id(dataset) } });
  await fails(start(definition({ forecastHorizon: 0 })), 3, /forecastHorizon/);
  await fails(start(definition({ dataGranularity: { unit: "day", quantity: 2 } })), 3, /quantity/);
  await fails(start(definition({ weightColumn: "offer" })), 12, /weightColumn/);
  await fails(start(definition({ quantiles: [0.5, 1] })), 3, /quantiles/);
  await fails(start(definition({ timeColumn: "when" })), 3, /when/);
  await fails(start(definition({ unavailableAtForecastColumns: ["sales", "offer"] })), 12, /offer/);
  const model = await trained(await start(definition({})));
  const [found] = await models.getModel({ name: model.name });
  assert.match(found.predictSchemata.predictionSchemaUri, /time_series_forecasting/);
  assert.deepEqual(found.supportedDeploymentResourcesTypes, []);
  assert.equal(Number(model.dataStats.testDataItemsCount), 32);
  const [[evaluation]] = await models.listModelEvaluations({ parent: model.name });
  const metrics = plain(evaluation.metrics);
  assert.match(evaluation.metricsSchemaUri, /forecasting_metrics/);
  assert.ok(metrics.weightedAbsolutePercentageError < 20 && metrics.rSquared > 0.8 && metrics.rootMeanSquaredError >= metrics.meanAbsoluteError, JSON.stringify(metrics));
  assert.deepEqual(metrics.quantileMetrics.map((q) => q.quantile), [0.1, 0.5, 0.9]);
  assert.ok(metrics.quantileMetrics[0].observedQuantile <= metrics.quantileMetrics[2].observedQuantile);

  // As in Vertex AI, forecasts are made in batches alone.
  const endpoint = await done(endpoints.createEndpoint({ parent, endpoint: { displayName: "sales" } }));
  await fails(endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model: model.name, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } } }), 9, /batch/);
  await save("sales/ask.csv", past(160, 7));
  const config = (predictionsFormat) => ({
    model: model.name, inputConfig: { instancesFormat: "csv", gcsSource: { uris: [`gs://${bucket.name}/sales/ask.csv`] } },
    outputConfig: { predictionsFormat, gcsDestination: { outputUriPrefix: `gs://${bucket.name}/forecasts` } },
  });
  const lines = (await batch(config("jsonl"))).map((l) => JSON.parse(l));
  near(lines.map((l) => ({ item: l.item, day: l.day, value: l.predicted_sales.value })));
  assert.ok(lines.every((l) => l.predicted_sales.quantile_values.length === 3 && l.predicted_sales.quantile_predictions[0] <= l.predicted_sales.quantile_predictions[2]));
  const [head, ...table] = await batch(config("csv"));
  assert.equal(head, "item,day,predicted_sales.quantile_values,predicted_sales.quantile_predictions,predicted_sales.value");
  near(table.map((r) => r.split(",")).map((r) => ({ item: r[0], day: r[1], value: Number(r.at(-1)) })));
  await fails(jobs.createBatchPredictionJob({ parent, batchPredictionJob: { displayName: "x", ...config("bigquery") } }), 3, /predictions_format/);
}

await run(pictures, timeSeries);
console.log("all flows held");
