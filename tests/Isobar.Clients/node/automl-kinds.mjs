// Autopilot's pictures and forecasts through the AWS SDK for JavaScript: what was learned is asked about what it has not seen.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as s3 from "@aws-sdk/client-s3";
import * as sm from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { stripes } from "./pictures.mjs";

const objects = new s3.S3Client({ forcePathStyle: true });
const client = new sm.SageMakerClient({});
const runtime = new SageMakerRuntimeClient({});
const run = randomBytes(4).toString("hex");
const Bucket = "kinds-" + run;
const RoleArn = "arn:aws:iam::000000000000:role/any-role-at-all";
const send = (command) => client.send(command);
const put = (Key, Body) => objects.send(new s3.PutObjectCommand({ Bucket, Key, Body }));

async function search(name, problem, ContentType, prefix) {
  const AutoMLJobName = `${name}-${run}`;
  await send(new sm.CreateAutoMLJobV2Command({
    AutoMLJobName, RoleArn, OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` }, AutoMLProblemTypeConfig: problem,
    AutoMLJobInputDataConfig: [{ ChannelType: "training", ContentType, DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/${prefix}` } } }],
  }));
  for (let i = 0; i < 1000; i++) {
    const job = await send(new sm.DescribeAutoMLJobV2Command({ AutoMLJobName }));
    if (!["InProgress", "Stopping"].includes(job.AutoMLJobStatus)) {
      assert.equal(job.AutoMLJobStatus, "Completed", job.FailureReason);
      return job;
    }
    await sleep(300);
  }
  assert.fail("the search does not end");
}

async function deploy(job) {
  const Name = job.AutoMLJobName;
  await send(new sm.CreateModelCommand({ ModelName: Name, ExecutionRoleArn: RoleArn, Containers: job.BestCandidate.InferenceContainers }));
  await send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: Name, ProductionVariants: [{ VariantName: "all", ModelName: Name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }] }));
  await send(new sm.CreateEndpointCommand({ EndpointName: Name, EndpointConfigName: Name }));
  await sm.waitUntilEndpointInService({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 }, { EndpointName: Name });
  return async (ContentType, Accept, Body) => Buffer.from((await runtime.send(new InvokeEndpointCommand({ EndpointName: Name, ContentType, Accept, Body }))).Body).toString();
}

await objects.send(new s3.CreateBucketCommand({ Bucket }));
for (let seed = 1; seed <= 8; seed++) for (const kind of ["lying", "standing"]) await put(`pictures/${kind}/${seed}.png`, stripes(kind === "lying", seed));
const pictures = await search("pictures", { ImageClassificationJobConfig: { CompletionCriteria: { MaxCandidates: 2 } } }, "image/png", "pictures/");
assert.equal(pictures.AutoMLProblemTypeConfigName, "ImageClassification");
const look = await deploy(pictures);
for (let seed = 20; seed < 24; seed++) {
  for (const kind of ["lying", "standing"]) {
    const [prediction] = JSON.parse(await look("image/png", "application/json", stripes(kind === "lying", seed))).predictions;
    assert.equal(prediction.predicted_label, kind);
    assert.ok(Math.abs(prediction.scores.lying + prediction.scores.standing - 1) < 1e-4);
  }
}
await assert.rejects(look("image/png", "application/json", "no picture"), (e) => e.name === "ModelError" || e.name === "ValidationError");

const sales = (item, day) => (item === "tea" ? 50 : 200) * (day % 7 > 4 ? 2 : 1) + day / 10;
const row = (item, day) => `${item},${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)},${sales(item, day)}`;
const past = (days) => "item,day,sales\n" + ["tea", "milk"].flatMap((item) => Array.from({ length: days }, (_, d) => row(item, d))).join("\n");
await put("sales/past.csv", past(120));
const series = { TimeSeriesForecastingJobConfig: {
  ForecastFrequency: "1D", ForecastHorizon: 7, ForecastQuantiles: ["p10", "p50", "p90"], CompletionCriteria: { MaxCandidates: 4 },
  TimeSeriesConfig: { TargetAttributeName: "sales", TimestampAttributeName: "day", ItemIdentifierAttributeName: "item" } } };
const forecasts = await search("sales", series, "text/csv;header=present", "sales/");
assert.equal(forecasts.BestCandidate.FinalAutoMLJobObjectiveMetric.MetricName, "AverageWeightedQuantileLoss");
const foresee = await deploy(forecasts);
const answers = JSON.parse(await foresee("text/csv", "application/json", past(120))).predictions;
assert.equal(answers.length, 14);
for (const answer of answers) {
  const truth = sales(answer.item, (Date.parse(answer.day.replace(" ", "T") + "Z") - Date.UTC(2024, 0, 1)) / 86400000);
  assert.ok(Math.abs(answer.mean - truth) < 0.15 * truth, `${answer.item} ${answer.day}: ${answer.mean} instead of ${truth}`);
  assert.ok(answer.p10 <= answer.p50 && answer.p50 <= answer.p90);
}
for (const EndpointName of [pictures.AutoMLJobName, forecasts.AutoMLJobName]) await send(new sm.DeleteEndpointCommand({ EndpointName }));
console.log("all flows held");
