// What an endpoint does beside answering, through the AWS SDK for JavaScript: shadows, cold starts, full queues, quotas, bounds of scaling, and a model held against ground truth.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as s3 from "@aws-sdk/client-s3";
import * as sm from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const objects = new s3.S3Client({ forcePathStyle: true });
const client = new sm.SageMakerClient({});
const watch = new cloudwatch.CloudWatchClient({});
const scaler = new scaling.ApplicationAutoScalingClient({});
const runtime = new SageMakerRuntimeClient({});
const run = randomBytes(4).toString("hex");
const Bucket = "hosting-" + run;
const RoleArn = "arn:aws:iam::000000000000:role/any";
const Image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1";
const quick = { client, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };
const send = (command) => client.send(command);
const rejects = (promise, name, words) => promise.then(() => assert.fail(`${name} expected`), (e) => {
  assert.equal(e.name, name, e.stack);
  assert.match(e.message, words);
});
const until = async (ask, what) => {
  for (let i = 0; i < 300; i++, await sleep(300)) {
    const value = await ask();
    if (value) return value;
  }
  assert.fail(what);
};

// A small table whose answer is known: 1 where both features add up to more than ten.
const points = Array.from({ length: 400 }, (_, i) => [(i * 37 % 101) / 10, (i * 53 % 97) / 10]);
const variant = (VariantName, ModelName, more = {}) => ({ VariantName, ModelName, InstanceType: "ml.m5.large", InitialInstanceCount: 1, InitialVariantWeight: 1, ...more });
const serverless = (VariantName, ModelName) => ({ VariantName, ModelName, ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 4 } });

async function configure(name, ProductionVariants, more = {}) {
  await send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: `${name}-${run}`, ProductionVariants, ...more }));
}
async function deploy(name, ProductionVariants, more = {}) {
  await configure(name, ProductionVariants, more);
  const EndpointName = `${name}-${run}`;
  await send(new sm.CreateEndpointCommand({ EndpointName, EndpointConfigName: EndpointName }));
  await sm.waitUntilEndpointInService(quick, { EndpointName });
  return EndpointName;
}
const ask = async (EndpointName, Body, more = {}) => {
  const reply = await runtime.send(new InvokeEndpointCommand({ EndpointName, Body, ContentType: "text/csv", ...more }));
  return { text: reply.Body.transformToString(), variant: reply.InvokedProductionVariant };
};

const SERVER = `
import { createServer } from "node:http";
createServer((request, reply) => {
  let body = "";
  request.on("data", (d) => body += d).on("end", () => setTimeout(() => reply.end("own"), body === "slow" ? 1500 : 0));
}).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT), "127.0.0.1");
`;

async function prepare() {
  await objects.send(new s3.CreateBucketCommand({ Bucket }));
  await objects.send(new s3.PutObjectCommand({ Bucket, Key: "train/rows.csv", Body: points.map(([x, y]) => [x + y > 10 ? 1 : 0, x, y].join(",")).join("\n") }));
  const TrainingJobName = "train-" + run;
  await send(new sm.CreateTrainingJobCommand({
    TrainingJobName, RoleArn, HyperParameters: { num_round: "20", objective: "binary:logistic" },
    AlgorithmSpecification: { TrainingImage: Image, TrainingInputMode: "File" },
    InputDataConfig: [{ ChannelName: "train", ContentType: "text/csv", DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/train/` } } }],
    OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` }, ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 5 }, StoppingCondition: { MaxRuntimeInSeconds: 600 },
  }));
  await sm.waitUntilTrainingJobCompletedOrStopped(quick, { TrainingJobName });
  const { ModelArtifacts } = await send(new sm.DescribeTrainingJobCommand({ TrainingJobName }));
  await send(new sm.CreateModelCommand({ ModelName: "graph-" + run, ExecutionRoleArn: RoleArn, PrimaryContainer: { Image, ModelDataUrl: ModelArtifacts.S3ModelArtifacts } }));

  const folder = mkdtempSync(join(tmpdir(), "isobar-hosting-"));
  mkdirSync(join(folder, "code"));
  writeFileSync(join(folder, "code", "serve.mjs"), SERVER);
  execFileSync("tar", ["-czf", join(folder, "own.tar.gz"), "-C", folder, "code"]);
  await objects.send(new s3.PutObjectCommand({ Bucket, Key: "own.tar.gz", Body: readFileSync(join(folder, "own.tar.gz")) }));
  rmSync(folder, { recursive: true });
  await send(new sm.CreateModelCommand({ ModelName: "own-" + run, ExecutionRoleArn: RoleArn, PrimaryContainer: { Image: "example.com/own:1", ModelDataUrl: `s3://${Bucket}/own.tar.gz`, Environment: { SAGEMAKER_PROGRAM: "serve.mjs" } } }));
}

// The shadow gets a copy of every request and never answers one.
async function shadow() {
  const name = await deploy("shadow", [variant("front", "graph-" + run)], { ShadowProductionVariants: [variant("behind", "own-" + run)] });
  for (let i = 0; i < 12; i++) assert.equal((await ask(name, "9,9")).variant, "front");
  await rejects(ask(name, "9,9", { TargetVariant: "behind" }), "ValidationError", /behind/);
  const counted = (VariantName) => watch.send(new cloudwatch.GetMetricStatisticsCommand({
    Namespace: "AWS/SageMaker", MetricName: "Invocations", Statistics: ["Sum"], Period: 3600, StartTime: new Date(Date.now() - 3600_000), EndTime: new Date(Date.now() + 60_000),
    Dimensions: [{ Name: "EndpointName", Value: name }, { Name: "VariantName", Value: VariantName }],
  })).then((r) => r.Datapoints.reduce((sum, d) => sum + d.Sum, 0));
  for (const one of ["front", "behind"]) await until(async () => await counted(one) === 12, `the invocations of ${one}: ${await counted(one)}`);
  const shown = await send(new sm.DescribeEndpointCommand({ EndpointName: name }));
  assert.deepEqual(shown.ShadowProductionVariants.map((v) => v.VariantName), ["behind"]);
  await send(new sm.DeleteEndpointCommand({ EndpointName: name }));
}

// Images are not run: an ONNX graph under one that is not known is served as it is, and what is neither graph nor server says so.
async function anyImage() {
  const torch = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1-cpu-py310";
  const model = async (name, ModelDataUrl) => send(new sm.CreateModelCommand({ ModelName: `${name}-${run}`, ExecutionRoleArn: RoleArn, PrimaryContainer: { Image: torch, ModelDataUrl } }));
  await model("bare", `s3://${Bucket}/out/train-${run}/output/model.tar.gz`);
  const name = await deploy("bare", [variant("one", "bare-" + run)]);
  assert.ok(JSON.stringify(JSON.parse((await ask(name, "[[9, 9]]", { ContentType: "application/json", Accept: "application/json" })).text)).startsWith("{"));
  await send(new sm.DeleteEndpointCommand({ EndpointName: name }));
  await model("neither", `s3://${Bucket}/own.tar.gz`);
  await configure("neither", [variant("one", "neither-" + run)]);
  await send(new sm.CreateEndpointCommand({ EndpointName: "neither-" + run, EndpointConfigName: "neither-" + run }));
  const { FailureReason } = await until(async () => {
    const shown = await send(new sm.DescribeEndpointCommand({ EndpointName: "neither-" + run }));
    return shown.EndpointStatus === "Failed" && shown;
  }, "the endpoint does not fail");
  assert.match(FailureReason, /neither a program code\/serve nor a model\.onnx/);
}

// A serverless variant has no instance until somebody asks.
async function coldStart() {
  const name = await deploy("cold", [serverless("one", "graph-" + run)]);
  const [shown] = (await send(new sm.DescribeEndpointCommand({ EndpointName: name }))).ProductionVariants;
  assert.deepEqual([shown.CurrentServerlessConfig.MaxConcurrency, shown.CurrentInstanceCount ?? 0], [4, 0]);
  assert.ok(Number((await ask(name, "9,9")).text) > 0.9);
  await send(new sm.DeleteEndpointCommand({ EndpointName: name }));
}

// One slow server, more requests than may wait: the rest is refused at once, and what waits is answered.
async function fullQueue(name) {
  const many = new SageMakerRuntimeClient({ maxAttempts: 1, requestHandler: new NodeHttpHandler({ httpAgent: { maxSockets: 700, keepAlive: true } }) });
  const outcomes = await Promise.all(Array.from({ length: 640 }, async () => many.send(new InvokeEndpointCommand({ EndpointName: name, Body: "slow", ContentType: "text/plain" }))
    .then((r) => r.Body.transformToString(), (e) => `${e.name} ${e.$metadata?.httpStatusCode}`)));
  assert.deepEqual([...new Set(outcomes)].sort(), ["ThrottlingException 429", "own"], `${outcomes.filter((o) => o === "own").length} answered`);
  assert.equal((await ask(name, "x")).text, "own");
  many.destroy();
}

async function bounds(name) {
  const over = /service limit 'ml\.m5\.large for endpoint usage' is 20 Instances/;
  await configure("many", [variant("a", "own-" + run, { InitialInstanceCount: 15 }), variant("b", "own-" + run, { InitialInstanceCount: 15 })]);
  await rejects(send(new sm.CreateEndpointCommand({ EndpointName: "many-" + run, EndpointConfigName: "many-" + run })), "ResourceLimitExceeded", over);
  await rejects(send(new sm.UpdateEndpointCommand({ EndpointName: name, EndpointConfigName: "many-" + run })), "ResourceLimitExceeded", over);
  await rejects(send(new sm.UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: name, DesiredWeightsAndCapacities: [{ VariantName: "one", DesiredInstanceCount: 21 }] })), "ResourceLimitExceeded", over);
  await rejects(send(new sm.CreateProcessingJobCommand({
    ProcessingJobName: "many-" + run, RoleArn, AppSpecification: { ImageUri: "example.com/any:1", ContainerEntrypoint: ["true"] },
    ProcessingResources: { ClusterConfig: { InstanceCount: 21, InstanceType: "ml.m5.large", VolumeSizeInGB: 5 } },
  })), "ResourceLimitExceeded", /'ml\.m5\.large for processing job usage'/);
  const canary = { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: "CANARY", WaitIntervalInSeconds: 60, CanarySize: { Type: "CAPACITY_PERCENT", Value: 10 } } } };
  await rejects(send(new sm.UpdateEndpointCommand({ EndpointName: name, EndpointConfigName: name, DeploymentConfig: canary })), "ValidationException", /TrafficRoutingConfiguration.*ALL_AT_ONCE/);
  const atOnce = { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: "ALL_AT_ONCE", WaitIntervalInSeconds: 0 } } };
  await send(new sm.UpdateEndpointCommand({ EndpointName: name, EndpointConfigName: name, DeploymentConfig: atOnce }));
  await sm.waitUntilEndpointInService(quick, { EndpointName: name });
}

// The scaler moves a variant that is below its minimum to it.
async function scaled(name) {
  const target = { ServiceNamespace: "sagemaker", ResourceId: `endpoint/${name}/variant/one`, ScalableDimension: "sagemaker:variant:DesiredInstanceCount" };
  await scaler.send(new scaling.RegisterScalableTargetCommand({ ...target, MinCapacity: 3, MaxCapacity: 4 }));
  await until(async () => (await send(new sm.DescribeEndpointCommand({ EndpointName: name }))).ProductionVariants[0].CurrentInstanceCount === 3, "the variant does not grow");
  const { ScalingActivities } = await scaler.send(new scaling.DescribeScalingActivitiesCommand({ ServiceNamespace: "sagemaker", ResourceId: target.ResourceId }));
  assert.deepEqual([ScalingActivities[0].StatusCode, /to 3/.test(ScalingActivities[0].Description)], ["Successful", true]);
  await scaler.send(new scaling.DeregisterScalableTargetCommand(target));
}

// Captured answers are joined with what turned out to be true; here most of them turn out wrong.
async function modelQuality() {
  const name = await deploy("judged", [variant("one", "graph-" + run)], {
    DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: `s3://${Bucket}/capture`, CaptureOptions: [{ CaptureMode: "InputAndOutput" }], CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] } },
  });
  const asked = points.slice(0, 60), truth = [];
  for (const [i, [x, y]] of asked.entries()) {
    await ask(name, `${x},${y}`, { InferenceId: `id-${i}` });
    const right = x + y > 10 ? 1 : 0;
    truth.push(JSON.stringify({ groundTruthData: { data: String(i % 3 ? 1 - right : right), encoding: "CSV" }, eventMetadata: { eventId: `id-${i}` }, eventVersion: "0" }));
  }
  const hour = new Date().toISOString().slice(0, 13).replace(/[-T]/g, "/");
  await objects.send(new s3.PutObjectCommand({ Bucket, Key: `truth/${hour}/truth.jsonl`, Body: truth.join("\n") }));
  await objects.send(new s3.PutObjectCommand({ Bucket, Key: "facts/constraints.json", Body: JSON.stringify({ version: 0.0, binary_classification_constraints: { accuracy: { threshold: 0.9, comparison_operator: "LessThanThreshold" } } }) }));
  await until(async () => {
    const found = (await objects.send(new s3.ListObjectsV2Command({ Bucket, Prefix: `capture/${name}/` }))).Contents ?? [];
    const bodies = await Promise.all(found.map(async ({ Key }) => (await objects.send(new s3.GetObjectCommand({ Bucket, Key }))).Body.transformToString()));
    return bodies.join("").trim().split("\n").length >= 60;
  }, "the traffic was not captured");
  const JobDefinitionName = "quality-" + run;
  await send(new sm.CreateModelQualityJobDefinitionCommand({
    JobDefinitionName, RoleArn, ModelQualityAppSpecification: { ImageUri: "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer", ProblemType: "BinaryClassification" },
    ModelQualityBaselineConfig: { ConstraintsResource: { S3Uri: `s3://${Bucket}/facts/constraints.json` } },
    ModelQualityJobInput: { EndpointInput: { EndpointName: name, LocalPath: "/opt/ml/processing/input", ProbabilityAttribute: "0", ProbabilityThresholdAttribute: 0.5 }, GroundTruthS3Input: { S3Uri: `s3://${Bucket}/truth` } },
    ModelQualityJobOutputConfig: { MonitoringOutputs: [{ S3Output: { S3Uri: `s3://${Bucket}/reports`, LocalPath: "/opt/ml/processing/output" } }] },
    JobResources: { ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.xlarge", VolumeSizeInGB: 20 } },
  }));
  await watch.send(new cloudwatch.PutMetricAlarmCommand({
    AlarmName: "worse-" + run, Namespace: "aws/sagemaker/Endpoints/model-metrics", MetricName: "accuracy", Statistic: "Minimum", Period: 60, EvaluationPeriods: 1, Threshold: 0.9, ComparisonOperator: "LessThanThreshold",
    Dimensions: [{ Name: "Endpoint", Value: name }, { Name: "MonitoringSchedule", Value: JobDefinitionName }],
  }));
  await send(new sm.CreateMonitoringScheduleCommand({
    MonitoringScheduleName: JobDefinitionName,
    MonitoringScheduleConfig: { MonitoringJobDefinitionName: JobDefinitionName, MonitoringType: "ModelQuality", ScheduleConfig: { ScheduleExpression: "NOW", DataAnalysisStartTime: "-PT2H", DataAnalysisEndTime: "PT1H" } },
  }));
  const [execution] = await until(async () => {
    const { MonitoringExecutionSummaries: found } = await send(new sm.ListMonitoringExecutionsCommand({ MonitoringScheduleName: JobDefinitionName }));
    return found.length && !["Pending", "InProgress"].includes(found[0].MonitoringExecutionStatus) && found;
  }, "the schedule does not run");
  assert.equal(execution.MonitoringExecutionStatus, "CompletedWithViolations", execution.FailureReason);
  const keys = (await objects.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "reports/" }))).Contents.map((o) => o.Key);
  const read = async (end) => JSON.parse(await (await objects.send(new s3.GetObjectCommand({ Bucket, Key: keys.find((k) => k.endsWith(end)) }))).Body.transformToString());
  const { violations } = await read("constraint_violations.json");
  assert.ok(violations.some((v) => v.metric_name === "accuracy" && v.constraint_check_type === "LessThanThreshold"), JSON.stringify(violations));
  const accuracy = (await read("statistics.json")).binary_classification_metrics.accuracy.value;
  assert.ok(accuracy > 0.25 && accuracy < 0.45, String(accuracy));
  await until(async () => (await watch.send(new cloudwatch.DescribeAlarmsCommand({ AlarmNames: ["worse-" + run] }))).MetricAlarms[0].StateValue === "ALARM", "no alarm is raised");
  await send(new sm.DeleteMonitoringScheduleCommand({ MonitoringScheduleName: JobDefinitionName }));
  await send(new sm.DeleteEndpointCommand({ EndpointName: name }));
}

await prepare();
await shadow();
await anyImage();
await coldStart();
const own = await deploy("own", [variant("one", "own-" + run)]);
await fullQueue(own);
await bounds(own);
await scaled(own);
await send(new sm.DeleteEndpointCommand({ EndpointName: own }));
await modelQuality();
console.log("all flows held");
