// Train, find the artifact, deploy, predict, agree with ONNX Runtime on the unpacked file, and the errors, through the AWS SDK for JavaScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as s3 from "@aws-sdk/client-s3";
import * as sm from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import ort from "onnxruntime-node";

const objects = new s3.S3Client({ forcePathStyle: true });
const client = new sm.SageMakerClient({});
const runtime = new SageMakerRuntimeClient({});
const run = randomBytes(4).toString("hex");
const Bucket = "smjs-" + run;
const RoleArn = "arn:aws:iam::000000000000:role/any";
const TrainingImage = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1";
const quick = { client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 };
const send = (command) => client.send(command);
const rejects = async (command, name, part) => {
  const error = await send(command).then(() => assert.fail(`${name} expected`), (e) => e);
  assert.equal(error.name, name, error.stack);
  assert.ok(error.message.includes(part), error.message);
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.ok(error.$metadata.requestId);
};

function rows() {
  const species = { Adelie: "0", Chinstrap: "1", Gentoo: "2" };
  const csv = readFileSync(new URL("../../../data/datasets/penguins.csv", import.meta.url), "utf8").trim().split("\n").slice(1).map((line) => line.trim().split(","));
  return csv.filter((r) => r.slice(2, 6).every(Boolean)).map((r) => [species[r[0]], ...r.slice(2, 6)].join(","));
}

const training = (TrainingJobName, image, HyperParameters, prefix = "train/", ContentType = "text/csv") => ({
  TrainingJobName, RoleArn, HyperParameters,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  InputDataConfig: [{ ChannelName: "train", ContentType, DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/${prefix}`, S3DataDistributionType: image.includes("randomcutforest") ? "ShardedByS3Key" : "FullyReplicated" } } }],
  OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 5 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
});

async function trained(held) {
  const TrainingJobName = "js-" + run;
  const request = training(TrainingJobName, TrainingImage, { objective: "multi:softprob", num_class: "3", num_round: "40" });
  await rejects(new sm.CreateTrainingJobCommand({ ...request, TrainingJobName: "bad_name", AlgorithmSpecification: { TrainingImage, TrainingInputMode: "Stream" } }), "ValidationException", "2 validation errors detected");
  await send(new sm.CreateTrainingJobCommand(request));
  await rejects(new sm.CreateTrainingJobCommand(request), "ResourceInUse", "already exists");
  await sm.waitUntilTrainingJobCompletedOrStopped(quick, { TrainingJobName });
  const job = await send(new sm.DescribeTrainingJobCommand({ TrainingJobName }));
  assert.equal(job.TrainingJobStatus, "Completed");
  assert.ok(job.CreationTime instanceof Date && job.TrainingEndTime >= job.TrainingStartTime);
  assert.ok(job.FinalMetricDataList.length > 0);
  return job.ModelArtifacts.S3ModelArtifacts;
}

async function unpacked(uri) {
  const folder = mkdtempSync(join(tmpdir(), "isobar-js-"));
  const body = await (await objects.send(new s3.GetObjectCommand({ Bucket, Key: uri.slice(`s3://${Bucket}/`.length) }))).Body.transformToByteArray();
  writeFileSync(join(folder, "model.tar.gz"), body);
  execFileSync("tar", ["xzf", "model.tar.gz"], { cwd: folder });
  const session = await ort.InferenceSession.create(join(folder, "model.onnx"));
  rmSync(folder, { recursive: true });
  return session;
}

const deploy = async (name, Image, ModelDataUrl) => {
  await send(new sm.CreateModelCommand({ ModelName: name, ExecutionRoleArn: RoleArn, PrimaryContainer: { Image, ModelDataUrl } }));
  await send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants: [{ VariantName: "v", ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }] }));
  await send(new sm.CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
  await sm.waitUntilEndpointInService(quick, { EndpointName: name });
};

async function served(ModelDataUrl, session, held) {
  const name = "js-" + run;
  await deploy(name, TrainingImage, ModelDataUrl);
  for (const line of held) {
    const values = line.split(",").slice(1);
    const reply = await runtime.send(new InvokeEndpointCommand({ EndpointName: name, ContentType: "text/csv", Body: values.join(",") }));
    const got = reply.Body.transformToString().trim().replace(/[[\]]/g, "").split(/[,\n]/).map(Number);
    const output = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", Float32Array.from(values.map(Number)), [1, values.length]) });
    const expected = [...output.probabilities.data];
    assert.equal(got.length, expected.length);
    got.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5, `${value} and ${expected[i]}`));
    assert.equal(reply.InvokedProductionVariant, "v");
  }
  await rejects(new sm.CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }), "ValidationException", "Cannot create already existing endpoint");
  await send(new sm.DeleteEndpointCommand({ EndpointName: name }));
  await sm.waitUntilEndpointDeleted(quick, { EndpointName: name });
}

// Each algorithm, what it answers, and the same from its graph's outputs.
const own = (name) => `382416733822.dkr.ecr.us-east-1.amazonaws.com/${name}:1`;
const score = (o) => [...o.score.data], classOf = (o) => [Number(o.label.data[0])];
const first = (reply) => { const row = Object.values(JSON.parse(reply))[0][0]; return [row.score ?? [], row.predicted_label ?? [], row.projection ?? [], row.closest_cluster ?? [], row.distance_to_cluster ?? []].flat(); };
const csv = (reply) => reply.trim().split(/[,\n]/).map(Number);
const linear = { feature_dim: "4", mini_batch_size: "50" }, near = { k: "5", sample_size: "200", feature_dim: "4" };
const algorithms = [
  { image: TrainingImage, parameters: { objective: "reg:squarederror", num_round: "20" }, reply: csv, graph: score },
  { image: TrainingImage, parameters: { objective: "count:poisson", num_round: "20" }, reply: csv, graph: score },
  { image: TrainingImage, parameters: { objective: "binary:logistic", num_round: "20" }, data: "binary", reply: csv, graph: (o) => [o.probabilities.data[1]] },
  { image: TrainingImage, parameters: { objective: "multi:softmax", num_class: "3", num_round: "20" }, reply: csv, graph: classOf },
  { image: own("linear-learner"), parameters: { predictor_type: "regressor", ...linear }, graph: score },
  { image: own("linear-learner"), parameters: { predictor_type: "binary_classifier", ...linear }, data: "binary", graph: (o) => [o.probabilities.data[1], ...classOf(o)] },
  { image: own("linear-learner"), parameters: { predictor_type: "multiclass_classifier", num_classes: "3", ...linear }, graph: (o) => [...o.probabilities.data, ...classOf(o)] },
  { image: own("kmeans"), parameters: { k: "3", feature_dim: "4" }, data: "features", graph: (o) => [Number(o.cluster.data[0]), o.distance.data[0]] },
  { image: own("pca"), parameters: { num_components: "2", ...linear }, data: "features", graph: (o) => [...o.projection.data] },
  { image: own("knn"), parameters: { predictor_type: "classifier", ...near }, graph: classOf },
  { image: own("knn"), parameters: { predictor_type: "regressor", ...near }, graph: score },
  { image: own("randomcutforest"), parameters: { feature_dim: "4" }, data: "features", graph: score },
];

async function everyAlgorithm(held) {
  const jobs = algorithms.map(({ image, parameters, data = "train", ...more }, i) => {
    const TrainingJobName = `every-${i}-${run}`;
    return { image, TrainingJobName, ...more, request: training(TrainingJobName, image, parameters, data + "/", data === "features" ? "text/csv;label_size=0" : "text/csv") };
  });
  for (const { request } of jobs) await send(new sm.CreateTrainingJobCommand(request));
  for (const { image, TrainingJobName, reply: read = first, graph } of jobs) {
    await sm.waitUntilTrainingJobCompletedOrStopped(quick, { TrainingJobName });
    const job = await send(new sm.DescribeTrainingJobCommand({ TrainingJobName }));
    assert.equal(job.TrainingJobStatus, "Completed", `${image}: ${job.FailureReason}`);
    const session = await unpacked(job.ModelArtifacts.S3ModelArtifacts);
    await deploy(TrainingJobName, image, job.ModelArtifacts.S3ModelArtifacts);
    for (const line of held.slice(0, 25)) {
      const values = line.split(",").slice(1);
      const reply = await runtime.send(new InvokeEndpointCommand({ EndpointName: TrainingJobName, ContentType: "text/csv", Accept: read === csv ? "text/csv" : "application/json", Body: values.join(",") }));
      const output = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", Float32Array.from(values.map(Number)), [1, values.length]) });
      const got = read(reply.Body.transformToString()), expected = graph(output);
      assert.equal(got.length, expected.length, `${image}: ${got} and ${expected}`);
      got.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 1e-5 * Math.max(1, Math.abs(expected[i])), `${image}: ${got} and ${expected}`));
    }
    await send(new sm.DeleteEndpointCommand({ EndpointName: TrainingJobName }));
  }
}

async function lists() {
  const names = ["a", "b", "c", "d", "e"].map((n) => `list-${n}-${run}`);
  for (const ExperimentName of names) await send(new sm.CreateExperimentCommand({ ExperimentName }));
  const found = [];
  for await (const page of sm.paginateListExperiments({ client, pageSize: 2 }, { SortBy: "Name", SortOrder: "Ascending" })) found.push(...page.ExperimentSummaries.map((e) => e.ExperimentName));
  assert.deepEqual(found.filter((n) => n.endsWith(run)), names);
  await rejects(new sm.DescribeExperimentCommand({ ExperimentName: "none-" + run }), "ResourceNotFound", "does not exist");
  await rejects(new sm.ListDomainsCommand({}), "UnknownOperationException", "ListDomains");
  await rejects(new sm.DescribeEndpointCommand({ EndpointName: "none" }), "ValidationException", "Could not find endpoint");
}

await objects.send(new s3.CreateBucketCommand({ Bucket }));
const all = rows();
const held = all.filter((_, i) => i % 5 === 0);
await objects.send(new s3.PutObjectCommand({ Bucket, Key: "train/rows.csv", Body: all.filter((_, i) => i % 5).join("\n") }));
const kept = all.filter((_, i) => i % 5);
await objects.send(new s3.PutObjectCommand({ Bucket, Key: "binary/rows.csv", Body: kept.map((line) => (line[0] === "2" ? "1" : "0") + line.slice(1)).join("\n") }));
await objects.send(new s3.PutObjectCommand({ Bucket, Key: "features/rows.csv", Body: kept.map((line) => line.slice(line.indexOf(",") + 1)).join("\n") }));
const artifact = await trained(held);
await served(artifact, await unpacked(artifact), held);
await everyAlgorithm(held);
await lists();
console.log("all flows held");
