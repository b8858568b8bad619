// Tuning jobs beyond one algorithm and written ranges, through the AWS SDK for JavaScript: several definitions, Autotune, hints, completion criteria, warm starts.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as s3 from "@aws-sdk/client-s3";
import * as sm from "@aws-sdk/client-sagemaker";

const objects = new s3.S3Client({ forcePathStyle: true });
const client = new sm.SageMakerClient({});
const run = randomBytes(4).toString("hex");
const Bucket = "tuning-" + run;
const send = (command) => client.send(command);
const image = (name) => `683313688378.dkr.ecr.us-east-1.amazonaws.com/${name}`;

// y = 3a - 2b, with a step: trees and lines both learn some of it.
const rows = (from, count) => Array.from({ length: count }, (_, k) => {
  const i = from + k, a = (i * 37 % 101) / 50 - 1, b = (i * 53 % 97) / 48 - 1;
  return [(3 * a - 2 * b + (a > 0.3 ? 1 : 0)).toFixed(4), a.toFixed(4), b.toFixed(4)].join(",");
}).join("\n") + "\n";

const channel = (ChannelName) => ({ ChannelName, ContentType: "text/csv", DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/${ChannelName}/` } } });
const definition = (name, fixed, more = {}) => ({
  AlgorithmSpecification: { TrainingImage: image(name), TrainingInputMode: "File" }, StaticHyperParameters: fixed, RoleArn: "arn:aws:iam::000000000000:role/any-role-at-all",
  InputDataConfig: [channel("train"), channel("validation")], OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
  ResourceConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 5 }, StoppingCondition: { MaxRuntimeInSeconds: 600 }, ...more,
});
const xgboost = (fixed = {}, more = {}) => definition("sagemaker-xgboost:1.7-1", { objective: "reg:squarederror", num_round: "10", ...fixed }, more);
const rmse = { Type: "Minimize", MetricName: "validation:rmse" };
const eta = { ContinuousParameterRanges: [{ Name: "eta", MinValue: "0.1", MaxValue: "0.9" }] };
const config = (most, more = {}) => ({ Strategy: "Random", ResourceLimits: { MaxNumberOfTrainingJobs: most, MaxParallelTrainingJobs: 2 }, ...more });

async function create(name, request) {
  await send(new sm.CreateHyperParameterTuningJobCommand({ HyperParameterTuningJobName: `${name}-${run}`, ...request }));
}
async function ended(name) {
  for (let i = 0; i < 600; i++) {
    const job = await send(new sm.DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: `${name}-${run}` }));
    if (!["InProgress", "Stopping"].includes(job.HyperParameterTuningJobStatus)) {
      assert.equal(job.HyperParameterTuningJobStatus, "Completed", job.FailureReason);
      return job;
    }
    await sleep(300);
  }
  assert.fail("the tuning does not end");
}
const trials = async (name) => (await send(new sm.ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: `${name}-${run}`, MaxResults: 100 }))).TrainingJobSummaries;
const refused = (words, name, request) => assert.rejects(create(name, request), (e) => e.name === "ValidationException" && words.test(e.message) || assert.fail(String(e)));

await objects.send(new s3.CreateBucketCommand({ Bucket }));
await objects.send(new s3.PutObjectCommand({ Bucket, Key: "train/a.csv", Body: rows(0, 300) }));
await objects.send(new s3.PutObjectCommand({ Bucket, Key: "validation/a.csv", Body: rows(300, 100) }));

// 1. Two algorithms side by side: trials take turns, each with its own ranges and metric.
const line = definition("linear-learner:1", { predictor_type: "regressor", feature_dim: "2", epochs: "5" }, {
  DefinitionName: "line", TuningObjective: { Type: "Minimize", MetricName: "validation:rmse" },
  HyperParameterRanges: { ContinuousParameterRanges: [{ Name: "wd", MinValue: "0.0001", MaxValue: "1", ScalingType: "Logarithmic" }] },
});
const trees = xgboost({}, { DefinitionName: "trees", TuningObjective: rmse, HyperParameterRanges: eta });
await create("two", { HyperParameterTuningJobConfig: config(6), TrainingJobDefinitions: [trees, line] });
const two = await ended("two");
const of = Map.groupBy?.(await trials("two"), (t) => t.TrainingJobDefinitionName) ?? (await trials("two")).reduce((m, t) => m.set(t.TrainingJobDefinitionName, [...(m.get(t.TrainingJobDefinitionName) ?? []), t]), new Map());
assert.deepEqual([of.get("trees").length, of.get("line").length], [3, 3]);
assert.ok(of.get("trees").every((t) => "eta" in t.TunedHyperParameters) && of.get("line").every((t) => "wd" in t.TunedHyperParameters));
const all = [...of.values()].flat().map((t) => t.FinalHyperParameterTuningJobObjectiveMetric.Value);
assert.equal(two.BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value, Math.min(...all));
assert.equal(two.TrainingJobDefinitions.length, 2);
assert.ok(two.ConsumedResources.RuntimeInSeconds >= 0);
const described = await send(new sm.DescribeTrainingJobCommand({ TrainingJobName: of.get("line")[0].TrainingJobName }));
assert.match(described.AlgorithmSpecification.TrainingImage, /linear-learner/);

await refused(/unique/, "twice", { HyperParameterTuningJobConfig: config(2), TrainingJobDefinitions: [trees, trees] });
await refused(/TuningObjective/, "aimless", { HyperParameterTuningJobConfig: config(2), TrainingJobDefinitions: [{ ...trees, TuningObjective: undefined }] });
await refused(/Exactly one/, "both", { HyperParameterTuningJobConfig: config(2), TrainingJobDefinition: trees, TrainingJobDefinitions: [line] });
await refused(/one type/, "apart", { HyperParameterTuningJobConfig: config(2), TrainingJobDefinitions: [trees, { ...line, TuningObjective: { Type: "Maximize", MetricName: "validation:rmse" } }] });

// 2. Autotune: no ranges are written down; what is fixed stays fixed.
await create("auto", { HyperParameterTuningJobConfig: config(3, { HyperParameterTuningJobObjective: rmse }), TrainingJobDefinition: xgboost({ max_depth: "3" }), Autotune: { Mode: "Enabled" } });
const auto = await ended("auto");
assert.equal(auto.Autotune.Mode, "Enabled");
for (const { TunedHyperParameters: tuned } of await trials("auto")) {
  assert.ok(!("max_depth" in tuned) && !("num_round" in tuned));
  assert.ok(Number(tuned.eta) >= 0.1 && Number(tuned.eta) <= 0.5 && Number(tuned.subsample) >= 0.5, JSON.stringify(tuned));
}

// 3. Hints instead of ranges.
await create("hint", { HyperParameterTuningJobConfig: config(3, { HyperParameterTuningJobObjective: rmse, ParameterRanges: { AutoParameters: [{ Name: "eta", ValueHint: "0.3" }, { Name: "max_depth", ValueHint: "4" }] } }), TrainingJobDefinition: xgboost() });
await ended("hint");
for (const { TunedHyperParameters: tuned } of await trials("hint")) assert.ok(Number.isInteger(Number(tuned.max_depth)) && Number(tuned.eta) <= 0.5, JSON.stringify(tuned));
await refused(/ValueHint 'tall'/, "word", { HyperParameterTuningJobConfig: config(3, { HyperParameterTuningJobObjective: rmse, ParameterRanges: { AutoParameters: [{ Name: "size", ValueHint: "tall" }] } }), TrainingJobDefinition: xgboost() });

// 4. It ends when nothing gets better: trees that may not split are all the same.
await create("flat", {
  HyperParameterTuningJobConfig: config(40, { HyperParameterTuningJobObjective: rmse, ParameterRanges: { ContinuousParameterRanges: [{ Name: "gamma", MinValue: "100000", MaxValue: "200000" }] }, TuningJobCompletionCriteria: { BestObjectiveNotImproving: { MaxNumberOfTrainingJobsNotImproving: 3 } } }),
  TrainingJobDefinition: xgboost({ num_round: "2" }),
});
const flat = await ended("flat");
assert.ok(flat.TuningJobCompletionDetails.NumberOfTrainingJobsObjectiveNotImproving >= 3);
assert.ok((await trials("flat")).length < 10, "it went on");

// 5. A warm start: the parent's best may be the best of all.
await create("warm", {
  HyperParameterTuningJobConfig: config(2, { Strategy: "Bayesian", HyperParameterTuningJobObjective: rmse, ParameterRanges: { AutoParameters: [{ Name: "eta", ValueHint: "0.3" }, { Name: "max_depth", ValueHint: "4" }] } }),
  TrainingJobDefinition: xgboost(), WarmStartConfig: { WarmStartType: "IdenticalDataAndAlgorithm", ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: `hint-${run}` }] },
});
const warm = await ended("warm");
const best = Math.min(...[...await trials("hint"), ...await trials("warm")].map((t) => t.FinalHyperParameterTuningJobObjectiveMetric.Value));
assert.equal(warm.OverallBestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value, best);
await refused(/parent .* does not exist/, "orphan", {
  HyperParameterTuningJobConfig: config(2, { HyperParameterTuningJobObjective: rmse, ParameterRanges: eta }), TrainingJobDefinition: xgboost(),
  WarmStartConfig: { WarmStartType: "TransferLearning", ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: "nobody" }] },
});
console.log("all flows held");
