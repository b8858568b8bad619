// The older AutoML API through Google's client for it: pictures and texts are imported, learned, evaluated, deployed and predicted.
import assert from "node:assert/strict";
import http from "node:http";
import { v1 } from "@google-cloud/automl";
import { stripes } from "./pictures.mjs";
import { bucket, fails, options, parent, run, unique, url } from "./vertex-setup.mjs";

const client = new v1.AutoMlClient(options);
const predictions = new v1.PredictionServiceClient(options);
const done = async (call) => (await (await call)[0].promise())[0];
const save = (name, content) => bucket.file(name).save(content, { resumable: false });
const gs = (name) => `gs://${bucket.name}/${name}`;
const id = (resource) => resource.name.split("/").pop();

async function trained(dataset, metadata) {
  const [operation] = await client.createModel({ parent, model: { displayName: unique("model").replace("-", "_"), datasetId: id(dataset), labels: { team: "red" }, ...metadata } });
  assert.ok(operation.metadata.createModelDetails);
  const [answer] = await operation.promise();
  assert.equal(answer.datasetId, id(dataset));
  return (await client.getModel({ name: answer.name }))[0];
}

async function pictures() {
  const dataset = await done(client.createDataset({ parent, dataset: { displayName: "stripes", imageClassificationDatasetMetadata: { classificationType: "MULTICLASS" } } }));
  const lines = [];
  for (let seed = 1; seed <= 12; seed++)
    for (const kind of ["lying", "standing"]) {
      await save(`pictures/${kind}/${seed}.png`, stripes(kind === "lying", seed));
      lines.push(`${seed > 9 ? "TEST" : "TRAIN"},${gs(`pictures/${kind}/${seed}.png`)},${kind}`);
    }
  await save("pictures.csv", [...lines, `TRAIN,${gs("pictures/nothing.png")},lying`].join("\n"));
  const [importing] = await client.importData({ name: dataset.name, inputConfig: { gcsSource: { inputUris: [gs("pictures.csv")] } } });
  await importing.promise();
  assert.match(importing.metadata.partialFailures[0].message, /nothing\.png/);
  assert.equal((await client.getDataset({ name: dataset.name }))[0].exampleCount, 24);
  assert.equal((await client.updateDataset({ dataset: { name: dataset.name, displayName: "lines" }, updateMask: { paths: ["display_name"] } }))[0].displayName, "lines");
  const known = async (filter) => (await client.listDatasets({ parent, filter }))[0].some((d) => d.name === dataset.name);
  assert.deepEqual([await known("image_classification_dataset_metadata:*"), await known("text_classification_dataset_metadata:*")], [true, false]);
  await fails(client.createModel({ parent, model: { displayName: "x", datasetId: id(dataset), textClassificationModelMetadata: {} } }), 3, /image_classification_model_metadata/);
  await fails(client.createModel({ parent, model: { displayName: "x", datasetId: id(dataset), imageClassificationModelMetadata: { modelType: "mobile-versatile-1" } } }), 12, /modelType/);
  await fails(client.createModel({ parent, model: { displayName: "x", datasetId: id(dataset), imageClassificationModelMetadata: { baseModelId: "1" } } }), 12, /base_model_id/);
  const model = await trained(dataset, { imageClassificationModelMetadata: { modelType: "cloud", trainBudgetMilliNodeHours: 8000 } });
  assert.deepEqual([model.deploymentState, Number(model.imageClassificationModelMetadata.trainBudgetMilliNodeHours)], ["UNDEPLOYED", 8000]);
  assert.ok(Number(model.imageClassificationModelMetadata.trainCostMilliNodeHours) > 0);
  assert.ok((await client.listModels({ parent, filter: `dataset_id=${id(dataset)}` }))[0].some((m) => m.name === model.name));

  const [evaluations] = await client.listModelEvaluations({ parent: model.name, filter: "" });
  const whole = evaluations.find((e) => e.annotationSpecId === "");
  assert.deepEqual([evaluations.length, whole.evaluatedExampleCount], [3, 6]);
  assert.ok(whole.classificationEvaluationMetrics.auPrc > 0.9, JSON.stringify(whole.classificationEvaluationMetrics.confusionMatrix));
  assert.equal(whole.classificationEvaluationMetrics.confusionMatrix.row.flatMap((r) => r.exampleCount).reduce((a, b) => a + b), 6);
  const [of] = (await client.listModelEvaluations({ parent: model.name, filter: "annotation_spec_id:*" }))[0];
  assert.equal((await client.getModelEvaluation({ name: of.name }))[0].displayName, of.displayName);
  assert.deepEqual((({ displayName, exampleCount }) => [displayName, exampleCount])((await client.getAnnotationSpec({ name: `${dataset.name}/annotationSpecs/${of.annotationSpecId}` }))[0]), [of.displayName, 12]);

  const ask = async (kind, seed, params) => (await predictions.predict({ name: model.name, payload: { image: { imageBytes: stripes(kind === "lying", seed) } }, params }))[0].payload;
  await fails(ask("lying", 20), 9, /deploy it first/);
  await done(client.deployModel({ name: model.name, imageClassificationModelDeploymentMetadata: { nodeCount: 1 } }));
  assert.equal((await client.getModel({ name: model.name }))[0].deploymentState, "DEPLOYED");
  await fails(client.deployModel({ name: model.name }), 9, /already/);
  const [best, ...others] = await ask("lying", 20);
  assert.deepEqual([best.displayName, others.length, best.annotationSpecId.length], ["lying", 0, 19]);
  assert.equal((await ask("standing", 21, { score_threshold: "0" })).length, 2);
  await fails(ask("lying", 20, { threshold: "0" }), 3, /score_threshold/);
  await fails(predictions.predict({ name: model.name, payload: { textSnippet: { content: "x" } } }), 3, /payload/);
  await rest(model);

  await save("ask.csv", ["lying", "standing"].map((k) => gs(`pictures/${k}/3.png`)).join("\n"));
  const [operation] = await predictions.batchPredict({ name: model.name, inputConfig: { gcsSource: { inputUris: [gs("ask.csv")] } }, outputConfig: { gcsDestination: { outputUriPrefix: gs("answers") } }, params: { score_threshold: "0.5" } });
  await operation.promise();
  const folder = operation.metadata.batchPredictDetails.outputInfo.gcsOutputDirectory.replace(gs(""), "");
  const answers = (await bucket.file(`${folder}/image_classification_1.jsonl`).download())[0].toString().trim().split("\n").map((l) => JSON.parse(l));
  assert.deepEqual(answers.map((a) => [a.ID.split("/").at(-2), a.annotations.map((n) => n.display_name)]), [["lying", ["lying"]], ["standing", ["standing"]]]);

  await done(client.undeployModel({ name: model.name }));
  assert.equal((await client.getModel({ name: model.name }))[0].deploymentState, "UNDEPLOYED");
  await fails(client.undeployModel({ name: model.name }), 9);
  await done(client.deleteModel({ name: model.name }));
  await fails(client.getModel({ name: model.name }), 5);
  await done(client.deleteDataset({ name: dataset.name }));
  await fails(client.getDataset({ name: dataset.name }), 5);
}

// The paths are Vertex AI's: the host tells them apart.
async function rest(model) {
  const answer = await new Promise((resolve, reject) => http.get({ host: url.hostname, port: url.port, path: `/v1/${model.name}`, headers: { host: "automl.googleapis.com" } }, (response) => {
    let text = "";
    response.on("data", (d) => (text += d)).on("end", () => resolve(JSON.parse(text)));
  }).on("error", reject));
  assert.deepEqual([answer.deploymentState, answer.datasetId, answer.imageClassificationModelMetadata.modelType], ["DEPLOYED", model.datasetId, "cloud"]);
}

async function texts() {
  await fails(client.createDataset({ parent, dataset: { displayName: "x", textClassificationDatasetMetadata: { classificationType: "MULTILABEL" } } }), 12, /MULTILABEL/);
  await fails(client.createDataset({ parent, dataset: { displayName: "x", textSentimentDatasetMetadata: { sentimentMax: 3 } } }), 12, /text_sentiment_dataset_metadata/);
  await fails(client.createDataset({ parent, dataset: { displayName: "x" } }), 3, /dataset_metadata/);
  const dataset = await done(client.createDataset({ parent, dataset: { displayName: "weather", textClassificationDatasetMetadata: { classificationType: "MULTICLASS" } } }));
  const words = { good: ["sunny", "warm", "bright", "lovely", "clear"], bad: ["rain", "cold", "storm", "grey", "hail"] };
  await save("weather.csv", Object.entries(words).flatMap(([label, all]) => all.flatMap((a) => all.map((b) => `"a ${a} morning, then ${b}",${label}`))).join("\n"));
  await done(client.importData({ name: dataset.name, inputConfig: { gcsSource: { inputUris: [gs("weather.csv")] } } }));
  const model = await trained(dataset, { textClassificationModelMetadata: {} });
  await done(client.deployModel({ name: model.name }));
  const [{ payload }] = await predictions.predict({ name: model.name, payload: { textSnippet: { content: "storm with hail and rain", mimeType: "text/plain" } } });
  assert.deepEqual(payload.map((p) => p.displayName), ["bad", "good"]);
  assert.ok(Math.abs(payload[0].classification.score + payload[1].classification.score - 1) < 1e-4);
  await done(client.deleteModel({ name: model.name }));
}

await run(pictures, texts);
console.log("all flows held");
