// Datasets, training pipelines (AutoML on tables, own code with a dataset), evaluations, copies and exports through Google's client for Vertex AI.
import assert from "node:assert/strict";
import { bucket, columns, fails, helpers, instance, options, parent, plain, project, rows, run, settled, unique, url, v1 } from "./vertex-setup.mjs";

const datasets = new v1.DatasetServiceClient(options);
const pipelines = new v1.PipelineServiceClient(options);
const models = new v1.ModelServiceClient(options);
const endpoints = new v1.EndpointServiceClient(options);
const predictions = new v1.PredictionServiceClient(options);
const jobs = new v1.JobServiceClient(options);
const value = (object) => helpers.toValue(object);
const done = async (call) => (await (await call)[0].promise())[0];
const sum = (all) => Object.values(all).reduce((a, b) => a + b, 0);
const near = (a, b, by = 1e-4) => assert.ok(Math.abs(a - b) <= by * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const schema = (kind) => `gs://google-cloud-aiplatform/schema/dataset/metadata/${kind}_1.0.0.yaml`;
const task = (name) => `gs://google-cloud-aiplatform/schema/trainingjob/definition/${name}_1.0.0.yaml`;
const ended = (name) => settled(() => pipelines.getTrainingPipeline({ name }));
const start = async (trainingPipeline) => (await pipelines.createTrainingPipeline({ parent, trainingPipeline: { displayName: unique("pipeline"), labels: { team: "violet" }, ...trainingPipeline } }))[0];
const part = (i) => (i % 10 < 7 ? "training" : i % 10 === 7 ? "validation" : "test");
const tested = rows.filter((_, i) => part(i) === "test");
let table, model, endpoint;

async function tables() {
  await bucket.file("table/penguins.csv").save([[...columns, "part"].join(","), ...rows.map((r, i) => [...r, part(i)].join(","))].join("\n") + "\n", { resumable: false });
  table = await done(datasets.createDataset({ parent, dataset: { displayName: "penguins", metadataSchemaUri: schema("tabular"), metadata: value({ inputConfig: { gcsSource: { uri: [`gs://${bucket.name}/table/penguins.csv`] } } }), labels: { kind: "birds" } } }));
  assert.match(table.name, /\/datasets\/\d+$/);
  assert.deepEqual(plain((await datasets.getDataset({ name: table.name }))[0].metadata).inputConfig.gcsSource.uri, [`gs://${bucket.name}/table/penguins.csv`]);
  assert.ok((await datasets.listDatasets({ parent, filter: "labels.kind=birds" }))[0].some((d) => d.name === table.name));
  assert.equal((await datasets.updateDataset({ dataset: { name: table.name, displayName: "birds" }, updateMask: { paths: ["display_name"] } }))[0].displayName, "birds");
  await fails(datasets.createDataset({ parent, dataset: { displayName: "x", metadataSchemaUri: schema("video") } }), 3, /metadata_schema_uri/);
  await fails(datasets.createDataset({ parent, dataset: { displayName: "x", metadataSchemaUri: schema("tabular"), metadata: value({}) } }), 3, /gcsSource/);
}

const id = (resource) => resource.name.split("/").pop();
const automl = (inputs, input = {}) => ({
  trainingTaskDefinition: task("automl_tabular"),
  // A few candidates are enough here, and their number does not depend on how fast the machine is.
  trainingTaskInputs: value({ trainBudgetMilliNodeHours: 1000, additionalExperiments: ["isobar-max-candidates=3"], ...inputs }),
  inputDataConfig: { datasetId: id(table), ...input },
  modelToUpload: { displayName: "automl-penguins" },
});

async function classification() {
  const created = await start(automl({
    predictionType: "classification", targetColumn: "species", optimizationObjective: "minimize-log-loss",
    transformations: columns.filter((c) => c !== "species").map((c) => (/mm|mass/.test(c) ? { numeric: { columnName: c } } : c === "year" ? { auto: { columnName: c } } : { categorical: { columnName: c } })),
  }, { predefinedSplit: { key: "part" } }));
  assert.ok(["PIPELINE_STATE_PENDING", "PIPELINE_STATE_RUNNING"].includes(created.state));
  assert.equal(created.modelToUpload.name, "");
  const pipeline = await ended(created.name);
  assert.equal(pipeline.state, "PIPELINE_STATE_SUCCEEDED", pipeline.error?.message);
  assert.ok(Number(plain(pipeline.trainingTaskMetadata).trainCostMilliNodeHours) >= 1);
  model = pipeline.modelToUpload.name;
  const [found] = await models.getModel({ name: model });
  assert.deepEqual([found.trainingPipeline, found.modelSourceInfo.sourceType, Number(found.dataStats.testDataItemsCount)], [created.name, "AUTOML", tested.length]);
  assert.match(found.predictSchemata.predictionSchemaUri, /tabular_classification/);

  const [[evaluation]] = await models.listModelEvaluations({ parent: model });
  const metrics = plain(evaluation.metrics);
  assert.match(evaluation.metricsSchemaUri, /classification_metrics/);
  assert.equal(metrics.confusionMatrix.rows.flat().reduce((a, b) => a + b), tested.length);
  assert.deepEqual(metrics.confusionMatrix.annotationSpecs.map((s) => s.displayName), ["Adelie", "Chinstrap", "Gentoo"]);
  assert.ok(metrics.auRoc > 0.95 && metrics.auPrc > 0.9 && metrics.logLoss < 0.3, JSON.stringify({ ...metrics, confidenceMetrics: 0 }));
  assert.equal(metrics.confidenceMetrics[0].recall, 1);
  assert.equal(Number(metrics.confidenceMetrics[0].falsePositiveCount), 2 * tested.length);
  assert.ok(sum(plain(evaluation.modelExplanation.meanAttributions[0].featureAttributions)) > 0.99);
  assert.equal((await models.getModelEvaluation({ name: evaluation.name }))[0].name, evaluation.name);
  const [slices] = await models.listModelEvaluationSlices({ parent: evaluation.name });
  assert.deepEqual(slices.map((s) => s.slice.value).sort(), ["Adelie", "Chinstrap", "Gentoo"]);
  assert.ok(plain((await models.getModelEvaluationSlice({ name: slices[0].name }))[0].metrics).auRoc > 0.9);

  endpoint = await done(endpoints.createEndpoint({ parent, endpoint: { displayName: "automl" } }));
  await done(endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { model, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } } }));
  // Vertex AI's own examples send numbers as texts.
  const texts = tested.map((r) => Object.fromEntries(Object.entries(instance(r)).map(([k, v]) => [k, String(v)])));
  const answers = (await predictions.predict({ endpoint: endpoint.name, instances: texts.map(value) }))[0].predictions.map(plain);
  const best = answers.map((a) => a.classes[a.scores.indexOf(Math.max(...a.scores))]);
  const right = best.filter((c, i) => c === tested[i][columns.indexOf("species")]).length;
  // The evaluation counted the same rows.
  assert.equal(right, metrics.confusionMatrix.rows.reduce((a, r, i) => a + r[i], 0));
  const partial = { ...instance(tested[0]) };
  delete partial.bill_length_mm;
  near(sum((await predictions.predict({ endpoint: endpoint.name, instances: [value(partial)] }))[0].predictions.map(plain)[0].scores), 1);
  await fails(predictions.predict({ endpoint: endpoint.name, instances: [value({ ...partial, bill_length_mm: "long" })] }), 3, /bill_length_mm/);
  const [{ attributions: [attribution] }] = (await predictions.explain({ endpoint: endpoint.name, instances: [value(texts[0])] }))[0].explanations;
  assert.equal(attribution.outputDisplayName, best[0]);
  near(sum(plain(attribution.featureAttributions)), attribution.instanceOutputValue - attribution.baselineOutputValue);
}

async function regression() {
  const created = await start({ ...automl({ predictionType: "regression", targetColumn: "body_mass_g", optimizationObjective: "minimize-mae", transformations: [{ auto: { columnName: "flipper_length_mm" } }, { auto: { columnName: "sex" } }, { auto: { columnName: "species" } }] }), parentModel: model });
  const pipeline = await ended(created.name);
  assert.equal(pipeline.state, "PIPELINE_STATE_SUCCEEDED", pipeline.error?.message);
  assert.deepEqual([pipeline.modelToUpload.name, pipeline.modelToUpload.versionId], [model, "2"]);
  const [[evaluation]] = await models.listModelEvaluations({ parent: `${model}@2` });
  const metrics = plain(evaluation.metrics);
  assert.ok(metrics.meanAbsoluteError > 50 && metrics.meanAbsoluteError < 400 && metrics.rootMeanSquaredError >= metrics.meanAbsoluteError && metrics.rSquared > 0.6 && metrics.rSquared <= 1, JSON.stringify(metrics));
  await done(endpoints.deployModel({ endpoint: endpoint.name, deployedModel: { id: "9", model: `${model}@2`, dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } }, trafficSplit: { 9: 100, ...Object.fromEntries((await endpoints.getEndpoint({ name: endpoint.name }))[0].deployedModels.map((d) => [d.id, 0])) } }));
  const [answer] = (await predictions.predict({ endpoint: endpoint.name, instances: [value(instance(tested[0], "body_mass_g"))] }))[0].predictions.map(plain);
  assert.ok(answer.lower_bound < answer.value && answer.value < answer.upper_bound && answer.value > 2500 && answer.value < 6500, JSON.stringify(answer));
}

// A table with a header is asked about by the names of its columns.
async function batches() {
  const some = tested.slice(0, 5);
  await bucket.file("batch/rows.csv").save([columns.join(","), ...some.map((r) => r.join(","))].join("\n"), { resumable: false });
  const batch = { displayName: unique("batch"), model: `${model}@1`, inputConfig: { instancesFormat: "csv", gcsSource: { uris: [`gs://${bucket.name}/batch/rows.csv`] } }, outputConfig: { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: `gs://${bucket.name}/batched` } } };
  await fails(jobs.createBatchPredictionJob({ parent, batchPredictionJob: { ...batch, explanationSpec: { parameters: { topK: 1 } } } }), 3, /generate_explanation/);
  const [created] = await jobs.createBatchPredictionJob({ parent, batchPredictionJob: { ...batch, generateExplanation: true, explanationSpec: { parameters: { sampledShapleyAttribution: { pathCount: 5 }, topK: 2 } } } });
  const job = await settled(() => jobs.getBatchPredictionJob({ name: created.name }));
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.error?.message);
  const [files] = await bucket.getFiles({ prefix: "batched/" });
  const lines = (await files.find((f) => f.name.includes("prediction.results")).download())[0].toString().trim().split("\n").map((l) => JSON.parse(l));
  assert.equal(lines.length, some.length);
  for (const { instance: asked, prediction, explanation: { attributions } } of lines) {
    assert.equal(asked.island, some[lines.findIndex((l) => l.instance === asked)][columns.indexOf("island")]);
    assert.equal(attributions.length, 2);
    const [first] = attributions;
    assert.equal(first.outputDisplayName, prediction.classes[prediction.scores.indexOf(Math.max(...prediction.scores))]);
    near(sum(first.featureAttributions), first.instanceOutputValue - (first.baselineOutputValue ?? 0));
  }
}

async function copiesAndExports() {
  const copied = await done(models.copyModel({ parent, sourceModel: `${model}@1`, modelId: unique("copy") }));
  const [copy] = await models.getModel({ name: copied.model });
  assert.deepEqual([copy.originalModelInfo.model, copy.modelSourceInfo.copy, copy.versionId], [`${model}@1`, true, "1"]);
  const [operation] = await models.exportModel({ name: copied.model, outputConfig: { exportFormatId: "custom-trained", artifactDestination: { outputUriPrefix: `gs://${bucket.name}/exports` } } });
  await operation.promise();
  const [files] = await bucket.getFiles({ prefix: "exports/" });
  assert.match(files[0].name, /^exports\/model-export-automl-penguins-.*\/model\.tar\.gz$/);
  await fails(models.exportModel({ name: copied.model, outputConfig: { exportFormatId: "tf-saved-model", artifactDestination: { outputUriPrefix: `gs://${bucket.name}/exports` } } }), 3, /export_format_id/);
  // What was exported is an artifact that can be uploaded.
  const uploaded = await done(models.uploadModel({ parent, model: { displayName: "again", artifactUri: `gs://${bucket.name}/${files[0].name.replace("/model.tar.gz", "")}`, containerSpec: { imageUri: "isobar/any" } } }));
  const [imported] = await models.importModelEvaluation({ parent: uploaded.model, modelEvaluation: { displayName: "mine", metricsSchemaUri: "gs://google-cloud-aiplatform/schema/modelevaluation/regression_metrics_1.0.0.yaml", metrics: value({ rootMeanSquaredError: 1.5 }) } });
  const [slices] = await models.batchImportModelEvaluationSlices({ parent: imported.name, modelEvaluationSlices: [{ metricsSchemaUri: imported.metricsSchemaUri, metrics: value({ rootMeanSquaredError: 2 }), slice: { sliceSpec: { configs: { sex: { value: { stringValue: "male" } } } } } }] });
  assert.equal(slices.importedModelEvaluationSlices.length, 1);
  assert.equal(plain((await models.listModelEvaluations({ parent: uploaded.model }))[0][0].metrics).rootMeanSquaredError, 1.5);
}

async function ownCode() {
  const pool = (containerSpec) => ({ workerPoolSpecs: [{ machineSpec: { machineType: "n1-standard-4" }, replicaCount: 1, containerSpec }], baseOutputDirectory: { outputUriPrefix: `gs://${bucket.name}/own` } });
  const created = await start({
    trainingTaskDefinition: task("custom_task"),
    trainingTaskInputs: value(pool({ imageUri: "isobar/boosted-trees", args: ["--task=multiclass", "--label=species", "--rounds=10", "--ignore=part", "--min_rows_in_leaf=5"] })),
    inputDataConfig: { datasetId: id(table), fractionSplit: { trainingFraction: 0.6, validationFraction: 0.2, testFraction: 0.2 }, gcsDestination: { outputUriPrefix: `gs://${bucket.name}/parts` } },
    modelToUpload: { displayName: "own", containerSpec: { imageUri: "isobar/boosted-trees" } },
  });
  const pipeline = await ended(created.name);
  assert.equal(pipeline.state, "PIPELINE_STATE_SUCCEEDED", pipeline.error?.message);
  const [job] = await jobs.getCustomJob({ name: plain(pipeline.trainingTaskMetadata).backingCustomJob });
  const env = Object.fromEntries(job.jobSpec.workerPoolSpecs[0].containerSpec.env.map((e) => [e.name, e.value]));
  assert.match(env.AIP_TRAINING_DATA_URI, new RegExp(`^gs://${bucket.name}/parts/dataset-${id(table)}-tabular-.*/training-\\*\\.csv$`));
  const counts = await Promise.all(["training", "validation", "test"].map(async (p) => {
    const [files] = await bucket.getFiles({ prefix: "parts/" });
    return (await files.find((f) => f.name.includes(`/${p}-`)).download())[0].toString().trim().split(/\r?\n/).length - 1;
  }));
  assert.deepEqual([counts[0], sum(counts)], [Math.round(rows.length * 0.6), rows.length]);
  const [uploaded] = await models.getModel({ name: pipeline.modelToUpload.name });
  assert.deepEqual([uploaded.artifactUri, uploaded.trainingPipeline], [`gs://${bucket.name}/own/model`, created.name]);

  const slow = await start({ trainingTaskDefinition: task("custom_task"), trainingTaskInputs: value(pool({ imageUri: "python:3", command: ["sleep", "600"] })) });
  await fails(pipelines.deleteTrainingPipeline({ name: slow.name }), 9, /cancel/);
  await pipelines.cancelTrainingPipeline({ name: slow.name });
  assert.equal((await ended(slow.name)).state, "PIPELINE_STATE_CANCELLED");
  const [deleting] = await pipelines.deleteTrainingPipeline({ name: slow.name });
  await deleting.promise();
  await fails(pipelines.getTrainingPipeline({ name: slow.name }), 5);
  assert.ok((await pipelines.listTrainingPipelines({ parent, filter: 'labels.team=violet AND state="PIPELINE_STATE_SUCCEEDED"' }))[0].some((p) => p.name === created.name));
}

async function texts() {
  const dataset = await done(datasets.createDataset({ parent, dataset: { displayName: "notes", metadataSchemaUri: schema("text") } }));
  const importSchemaUri = "gs://google-cloud-aiplatform/schema/dataset/ioformat/text_classification_single_label_io_format_1.0.0.yaml";
  const use = "aiplatform.googleapis.com/ml_use";
  await bucket.file("notes/a.jsonl").save([{ textContent: "warm and sunny", classificationAnnotation: { displayName: "good" }, dataItemResourceLabels: { [use]: "training" } }, { textContent: "cold, wet", classificationAnnotation: { displayName: "bad" } }, { textGcsUri: "gs://nowhere-at-all/x.txt" }].map((l) => JSON.stringify(l)).join("\n"), { resumable: false });
  await bucket.file("notes/b.csv").save('TEST,"rain, again",bad\n"a fine day",good\n', { resumable: false });
  const [operation] = await datasets.importData({ name: dataset.name, importConfigs: [{ gcsSource: { uris: [`gs://${bucket.name}/notes/*`] }, importSchemaUri, dataItemLabels: { source: "test" } }] });
  await operation.promise();
  const progress = await datasets.checkImportDataProgress(operation.name);
  assert.match(progress.metadata.genericMetadata.partialFailures[0].message, /line 3: no object is at gs:\/\/nowhere-at-all/);
  assert.equal(Number((await datasets.getDataset({ name: dataset.name }))[0].dataItemCount), 4);
  const [items] = await datasets.listDataItems({ parent: dataset.name });
  assert.deepEqual(items.map((i) => plain(i.payload).textContent).sort(), ["a fine day", "cold, wet", "rain, again", "warm and sunny"]);
  assert.deepEqual(items.filter((i) => i.labels[use] === "test").map((i) => i.labels), [{ [use]: "test", source: "test" }]);
  const [[annotation]] = await datasets.listAnnotations({ parent: items.find((i) => plain(i.payload).textContent === "rain, again").name });
  assert.equal(plain(annotation.payload).displayName, "bad");
  assert.equal((await datasets.getAnnotationSpec({ name: `${dataset.name}/annotationSpecs/${plain(annotation.payload).annotationSpecId}` }))[0].displayName, "bad");
  const exported = await done(datasets.exportData({ name: dataset.name, exportConfig: { gcsDestination: { outputUriPrefix: `gs://${bucket.name}/exported` } } }));
  const lines = (await bucket.file(exported.exportedFiles[0].replace(`gs://${bucket.name}/`, "")).download())[0].toString().trim().split("\n").map((l) => JSON.parse(l));
  assert.deepEqual(lines.find((l) => l.textContent === "rain, again"), { textContent: "rain, again", classificationAnnotation: { displayName: "bad" }, dataItemResourceLabels: { [use]: "test", source: "test" } });
  await fails(datasets.importData({ name: dataset.name, importConfigs: [{ gcsSource: { uris: [`gs://${bucket.name}/notes/a.jsonl`] }, importSchemaUri: importSchemaUri.replace("classification_single_label", "extraction") }] }), 3, /import_schema_uri/);
  await fails(datasets.importData({ name: table.name, importConfigs: [{ gcsSource: { uris: [`gs://${bucket.name}/notes/a.jsonl`] }, importSchemaUri }] }), 9);
  await done(datasets.deleteDataset({ name: dataset.name }));
  await fails(datasets.getDataset({ name: dataset.name }), 5);
}

async function textClassification() {
  const dataset = await done(datasets.createDataset({ parent, dataset: { displayName: "weather", metadataSchemaUri: schema("text") } }));
  const words = { good: ["sunny", "warm", "bright", "lovely", "clear"], bad: ["rain", "cold", "storm", "grey", "hail"] };
  const use = "aiplatform.googleapis.com/ml_use";
  const lines = Object.entries(words).flatMap(([label, all]) => all.flatMap((a, i) => all.map((b, j) => ({ textContent: `a ${a} morning, then ${b}`, classificationAnnotation: { displayName: label }, dataItemResourceLabels: { [use]: (i + j) % 5 === 0 ? "test" : "training" } }))));
  await bucket.file("weather/a.jsonl").save(lines.map((l) => JSON.stringify(l)).join("\n"), { resumable: false });
  await done(datasets.importData({ name: dataset.name, importConfigs: [{ gcsSource: { uris: [`gs://${bucket.name}/weather/a.jsonl`] }, importSchemaUri: "gs://google-cloud-aiplatform/schema/dataset/ioformat/text_classification_single_label_io_format_1.0.0.yaml" }] }));
  const filter = (name) => `labels.${use}=${name}`;
  const created = await start({
    trainingTaskDefinition: task("automl_text_classification"), trainingTaskInputs: value({ multiLabel: false, additionalExperiments: ["isobar-max-candidates=2"] }), modelToUpload: { displayName: "weather" },
    inputDataConfig: { datasetId: id(dataset), filterSplit: { trainingFilter: filter("training"), validationFilter: "-", testFilter: filter("test") } },
  });
  const pipeline = await ended(created.name);
  assert.equal(pipeline.state, "PIPELINE_STATE_SUCCEEDED", pipeline.error?.message);
  assert.equal(Number(pipeline.modelToUpload.dataStats.testDataItemsCount), 10);
  const [[evaluation]] = await models.listModelEvaluations({ parent: pipeline.modelToUpload.name });
  assert.ok(plain(evaluation.metrics).auRoc > 0.9, JSON.stringify(plain(evaluation.metrics).confusionMatrix));
  const served = await done(endpoints.createEndpoint({ parent, endpoint: { displayName: "weather" } }));
  await done(endpoints.deployModel({ endpoint: served.name, deployedModel: { model: pipeline.modelToUpload.name, automaticResources: { minReplicaCount: 1 } } }));
  const answers = (await predictions.predict({ endpoint: served.name, instances: ["warm and sunny, lovely", "storm with hail and rain"].map((content) => value({ content, mimeType: "text/plain" })) }))[0].predictions.map(plain);
  assert.deepEqual(answers.map((a) => a.displayNames[0]), ["good", "bad"]);
  near(sum(answers[0].confidences), 1);
  assert.equal((await datasets.getAnnotationSpec({ name: `${dataset.name}/annotationSpecs/${answers[0].ids[0]}` }))[0].displayName, "good");
}

async function refused() {
  const inputs = { predictionType: "classification", targetColumn: "species" };
  await fails(start(automl({ ...inputs, targetColumn: "nothing" })), 3, /targetColumn/);
  await fails(start(automl({ ...inputs, optimizationObjective: "minimize-rmse" })), 3, /optimizationObjective/);
  await fails(start(automl({ ...inputs, optimizationObjective: "maximize-precision-at-recall", optimizationObjectiveRecallValue: 0.5 })), 12, /optimizationObjectiveRecallValue/);
  await fails(start(automl({ ...inputs, colour: "red" })), 3, /colour/);
  await fails(start({ ...automl(inputs), encryptionSpec: { kmsKeyName: "projects/p/locations/l/keyRings/r/cryptoKeys/k" } }), 12, /training_pipeline.encryption_spec.kms_key_name/);
  await fails(start(automl(inputs, { savedQueryId: "5" })), 12, /saved_query_id/);
  await fails(start(automl({ ...inputs, transformations: [{ repeatedText: { columnName: "sex" } }] })), 12, /arrays/);
  await fails(start(automl(inputs, { filterSplit: { trainingFilter: "a=b", validationFilter: "-", testFilter: "-" } })), 3, /filter_split/);
  await fails(start(automl(inputs, { datasetId: "1" })), 5);
  await fails(start({ ...automl(inputs), trainingTaskDefinition: task("automl_video_classification") }), 12, /training_task_definition/);
  await fails(start({ ...automl(inputs), modelToUpload: undefined }), 3, /model_to_upload/);
  // Services and methods that are not there say so in the protocol's own way.
  await fails(new v1.TensorboardServiceClient(options).readTensorboardUsage({ tensorboard: `${parent}/tensorboards/1` }), 12);
  await fails(new v1.VizierServiceClient(options).getStudy({ name: `${parent}/studies/1` }), 12);
  const metadata = new v1.MetadataServiceClient(options);
  await fails(metadata.getMetadataSchema({ name: `${parent}/metadataStores/default/metadataSchemas/x` }), 12);
}

await run(tables, classification, regression, batches, copiesAndExports, ownCode, texts, textClassification, refused);
